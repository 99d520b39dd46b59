import { moveLicense } from '../lib/commands/move-license.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { loadProductProblems } from '../lib/http/known-problems.ts';
import { bindSite } from '../lib/http/site-binding.ts';
import { moveEndpoint } from '../lib/api/move-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serveKnownProblems(loadProductProblems, openLeanRuntime, [bindSite(moveEndpoint, moveLicense)]);
