import { activateLicense } from '../lib/commands/activate-license.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { loadProductProblems } from '../lib/http/known-problems.ts';
import { bindSite } from '../lib/http/site-binding.ts';
import { activateEndpoint } from '../lib/api/activate-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serveKnownProblems(loadProductProblems, openLeanRuntime, [
  bindSite(activateEndpoint, activateLicense),
]);
