import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { MAX_INSTANCE_LENGTH, parseInstance, type InstanceType } from '../domain/instance.ts';
import type { Endpoint } from './route.ts';
import {
  activationId,
  credentials,
  instance,
  keylessInstance,
  provable,
  realInstance,
} from './schemas/product-call.ts';

type Named = {
  from_instance?: string | undefined;
  activation_id?: string | undefined;
  instance_type: InstanceType;
};

const somethingNamed = z.refine<Named>(
  ({ from_instance, activation_id }) => from_instance !== undefined || activation_id !== undefined,
  { path: ['from_instance'], message: 'is required unless activation_id is given' },
);
const realOrigin = z.refine<Named>(
  ({ from_instance, instance_type }) =>
    from_instance === undefined || parseInstance(instance_type, from_instance) !== undefined,
  { path: ['from_instance'], message: 'is not a valid instance of this instance_type' },
);

export const MoveInput = z
  .object({
    ...credentials,
    ...instance,
    ...provable,
    from_instance: describe(
      z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_INSTANCE_LENGTH, { abort: true }))),
      'The instance that has the seat, of the same `instance_type`',
    ),
    activation_id: describe(z.optional(activationId), 'The id of the activation that has the seat, in place of it'),
  })
  .check(realInstance, keylessInstance, somethingNamed, realOrigin);
export type MoveInput = z.infer<typeof MoveInput>;

/** The part of the route that its function needs. */
export const moveEndpoint = {
  operation: 'move_license',
  method: 'POST',
  path: '/api/v1/product/licenses/move',
  auth: 'license_key',
  access: 'write',
  vault: 'on_demand',
  input: MoveInput,
  once: true,
  fresh: true,
} as const satisfies Endpoint;
