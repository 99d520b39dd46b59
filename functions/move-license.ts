import { moveLicense } from '../lib/commands/move-license.ts';
import { bind } from '../lib/http/binding.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { productProblems } from '../lib/http/seat-problems.ts';
import { moveEndpoint } from '../lib/api/move-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serveKnownProblems(productProblems, openLeanRuntime, [bind(moveEndpoint, moveLicense)]);
