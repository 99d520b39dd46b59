import { activateEddLicense } from '../lib/commands/activate-edd-license.ts';
import { deactivateEddLicense } from '../lib/commands/deactivate-edd-license.ts';
import { bindEdd } from '../lib/http/edd.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { loadCommonProblems } from '../lib/http/known-problems.ts';
import { eddEndpoint } from '../lib/api/edd-endpoint.ts';
import { checkEddLicense } from '../lib/queries/check-edd-license.ts';
import { findRenewalPage } from '../lib/queries/find-renewal-page.ts';
import { getEddVersion } from '../lib/queries/get-edd-version.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

const verbs = {
  activate_license: activateEddLicense,
  deactivate_license: deactivateEddLicense,
  check_license: checkEddLicense,
  get_version: getEddVersion,
};

export const handler = serveKnownProblems(loadCommonProblems, openLeanRuntime, [
  bindEdd(eddEndpoint, verbs, findRenewalPage),
]);
