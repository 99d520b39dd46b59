import * as z from 'zod/mini';
import type { Endpoint } from './route.ts';
import {
  activationId,
  anyInstance,
  credentials,
  keylessInstance,
  provable,
  realInstance,
  instanceType,
} from './schemas/product-call.ts';

/** The part of the check's routes that its function needs. It has no descriptions, so that the function starts fast. */
export const CheckInput = z
  .object({ ...credentials, ...anyInstance, ...provable, activation_id: z.optional(activationId) })
  .check(realInstance, keylessInstance, instanceType);
export type CheckInput = z.infer<typeof CheckInput>;

const check = { auth: 'license_key', access: 'note', vault: 'on_demand', fresh: true, input: CheckInput } as const;

export const checkEndpoint = {
  ...check,
  operation: 'check_license',
  method: 'GET',
  path: '/api/v1/product/licenses/check',
} as const satisfies Endpoint;
export const checkByPostEndpoint = {
  ...check,
  operation: 'check_license_by_post',
  method: 'POST',
  path: '/api/v1/product/licenses/check',
} as const satisfies Endpoint;
