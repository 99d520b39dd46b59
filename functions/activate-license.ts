import { activateLicense } from '../lib/commands/activate-license.ts';
import { bind } from '../lib/http/binding.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { productProblems } from '../lib/http/seat-problems.ts';
import { activateEndpoint } from '../lib/api/activate-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serveKnownProblems(productProblems, openLeanRuntime, [bind(activateEndpoint, activateLicense)]);
