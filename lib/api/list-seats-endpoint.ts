import * as z from 'zod/mini';
import type { Endpoint } from './route.ts';
import { credentials } from './schemas/product-call.ts';

export const ListSeatsInput = z.object(credentials);
export type ListSeatsInput = z.infer<typeof ListSeatsInput>;

/** The part of the route that its function needs. */
export const listSeatsEndpoint = {
  operation: 'list_seats',
  method: 'GET',
  path: '/api/v1/product/licenses/seats',
  auth: 'license_key',
  access: 'note',
  vault: 'on_demand',
  input: ListSeatsInput,
} as const satisfies Endpoint;
