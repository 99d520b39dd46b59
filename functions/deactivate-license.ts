import { deactivateLicense } from '../lib/commands/deactivate-license.ts';
import { bind } from '../lib/http/binding.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { loadProductProblems } from '../lib/http/known-problems.ts';
import { deactivateEndpoint } from '../lib/api/deactivate-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serveKnownProblems(loadProductProblems, openLeanRuntime, [
  bind(deactivateEndpoint, deactivateLicense),
]);
