import { bind } from '../lib/http/binding.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { loadProductProblems } from '../lib/http/known-problems.ts';
import { listSeatsEndpoint } from '../lib/api/list-seats-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';
import { listSeats } from '../lib/queries/list-seats.ts';

export const handler = serveKnownProblems(loadProductProblems, openLeanRuntime, [bind(listSeatsEndpoint, listSeats)]);
