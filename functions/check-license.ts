import { commonProblems } from '../lib/http/common-problems.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { bindSite } from '../lib/http/site-binding.ts';
import { checkByPostEndpoint, checkEndpoint } from '../lib/api/check-endpoint.ts';
import { checkLicense } from '../lib/queries/check-license.ts';
import { openCheckRuntime } from '../lib/check-runtime.ts';

export const handler = serveKnownProblems(commonProblems, openCheckRuntime, [
  bindSite(checkEndpoint, checkLicense),
  bindSite(checkByPostEndpoint, checkLicense),
]);
