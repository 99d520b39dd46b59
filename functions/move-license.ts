import { moveLicense } from '../lib/commands/move-license.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { bindSite } from '../lib/http/site-binding.ts';
import { productProblems } from '../lib/http/seat-problems.ts';
import { moveEndpoint } from '../lib/api/move-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serveKnownProblems(productProblems, openLeanRuntime, [bindSite(moveEndpoint, moveLicense)]);
