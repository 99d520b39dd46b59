import { activateLicense } from '../lib/commands/activate-license.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { bindSite } from '../lib/http/site-binding.ts';
import { productProblems } from '../lib/http/seat-problems.ts';
import { activateEndpoint } from '../lib/api/activate-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serveKnownProblems(productProblems, openLeanRuntime, [
  bindSite(activateEndpoint, activateLicense),
]);
