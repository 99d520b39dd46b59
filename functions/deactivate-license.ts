import { deactivateLicense } from '../lib/commands/deactivate-license.ts';
import { bind } from '../lib/http/binding.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { productProblems } from '../lib/http/seat-problems.ts';
import { deactivateEndpoint } from '../lib/api/deactivate-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serveKnownProblems(productProblems, openLeanRuntime, [
  bind(deactivateEndpoint, deactivateLicense),
]);
