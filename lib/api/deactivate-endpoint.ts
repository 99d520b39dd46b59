import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import {
  activationId,
  anyInstance,
  credentials,
  keylessInstance,
  realInstance,
  instanceType,
} from './schemas/product-call.ts';
import type { Endpoint } from './route.ts';

const activation_id = describe(
  z.optional(activationId),
  'The id of the activation, from the answer to `activate`. It replaces the instance and the product',
);
type OneNamed = { instance_identifier?: string | undefined; activation_id?: string | undefined };
const somethingNamed = z.refine<OneNamed>(
  ({ instance_identifier, activation_id }) => instance_identifier !== undefined || activation_id !== undefined,
  { path: ['instance_identifier'], message: 'is required unless activation_id is given' },
);
export const DeactivateInput = z
  .object({ ...credentials, ...anyInstance, activation_id })
  .check(realInstance, keylessInstance, instanceType, somethingNamed);
export type DeactivateInput = z.infer<typeof DeactivateInput>;

/** The part of the route that its function needs. */
export const deactivateEndpoint = {
  operation: 'deactivate_license',
  method: 'POST',
  path: '/api/v1/product/licenses/deactivate',
  auth: 'license_key',
  access: 'write',
  vault: 'on_demand',
  input: DeactivateInput,
  once: true,
} as const satisfies Endpoint;
