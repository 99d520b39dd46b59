import * as z from 'zod/mini';
import { INSTANCE_TYPES, parseInstance, type InstanceType } from '../../domain/instance.ts';
import type { Endpoint } from '../route.ts';

/**
 * What the check's function needs of its routes, and what all product routes take. Of `zod/mini`, a fraction of zod's size, and without what is only told
 * about the routes: this function must start fast. Product routes take more than they know: a newer plugin must work with an older server.
 */
const text = (maximum: number) =>
  z
    .string()
    .check(
      z.trim(),
      z.minLength(1),
      z.maxLength(maximum),
      z.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters or unpaired surrogates'),
    );

export const credentials = {
  license_key: text(255).check(z.describe('The license key. Also taken from the header `X-License-Key` or the query')),
  product: z
    .optional(text(64))
    .check(z.describe('Slug or id of the product. May be left out while the key carries one license')),
  brand: z
    .optional(text(64))
    .check(z.describe('The brand’s slug; only needed for imported keys that do not begin with the brand’s prefix')),
};
export const instance = {
  instance_identifier: text(1024).check(z.describe('The site’s URL, a hostname or a machine id')),
  instance_type: z
    ._default(z.enum(INSTANCE_TYPES), 'url')
    .check(z.describe('What `instance_identifier` is; part of the instance’s identity')),
};

const isInstance = ({
  instance_type,
  instance_identifier,
}: {
  instance_type: InstanceType;
  instance_identifier: string;
}): boolean => parseInstance(instance_type, instance_identifier) !== undefined;
export const realInstance = z.refine<{ instance_type: InstanceType; instance_identifier: string }>(isInstance, {
  path: ['instance_identifier'],
  message: 'is not a valid instance of this instance_type',
});

export const CheckInput = z.object({ ...credentials, ...instance }).check(realInstance);
export type CheckInput = z.infer<typeof CheckInput>;

const check = {
  path: '/api/v1/product/licenses/check',
  auth: 'license_key',
  access: 'note',
  vault: false,
  input: CheckInput,
} as const;

export const checkEndpoint = { ...check, operation: 'check_license', method: 'GET' } as const satisfies Endpoint;
export const checkByPostEndpoint = {
  ...check,
  operation: 'check_license_by_post',
  method: 'POST',
} as const satisfies Endpoint;
