import { serveKnownProblems } from '../lib/http/handler.ts';
import { loadCommonProblems } from '../lib/http/known-problems.ts';
import { bindSite } from '../lib/http/site-binding.ts';
import { checkByPostEndpoint, checkEndpoint } from '../lib/api/check-endpoint.ts';
import { checkLicense } from '../lib/queries/check-license.ts';
import { openCheckRuntime } from '../lib/check-runtime.ts';

export const handler = serveKnownProblems(loadCommonProblems, openCheckRuntime, [
  bindSite(checkEndpoint, checkLicense),
  bindSite(checkByPostEndpoint, checkLicense),
]);
