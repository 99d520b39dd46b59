import { bind } from '../lib/http/binding.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { productProblems } from '../lib/http/seat-problems.ts';
import { listSeatsEndpoint } from '../lib/api/list-seats-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';
import { listSeats } from '../lib/queries/list-seats.ts';

export const handler = serveKnownProblems(productProblems, openLeanRuntime, [bind(listSeatsEndpoint, listSeats)]);
