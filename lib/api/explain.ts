import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { INSTANCE_TYPES, parseInstance } from '../domain/instance.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import { Explanation } from './schemas/explanation.ts';
import { text, uuid } from './schemas/fields.ts';

const ExplainInput = z
  .strictObject({
    license_id: uuid,
    instance: describe(z.optional(text(1024)), 'The site, hostname or machine. Without it, the license alone counts'),
    instance_type: describe(z.optional(z.enum(INSTANCE_TYPES)), 'The kind of `instance`. The default is `url`'),
  })
  .check(
    z.refine(
      ({ instance, instance_type }) =>
        instance === undefined || parseInstance(instance_type ?? 'url', instance) !== undefined,
      { message: 'is not valid', path: ['instance'] },
    ),
    z.refine(({ instance, instance_type }) => instance !== undefined || instance_type === undefined, {
      message: 'must not be given without instance',
      path: ['instance_type'],
    }),
  );
export type ExplainInput = z.infer<typeof ExplainInput>;

export const explainLicense = {
  operation: 'explain_license',
  method: 'GET',
  path: '/api/v1/brand/licenses/{license_id}/explain',
  function: 'licenses',
  auth: 'brand',
  scope: 'licenses:read',
  access: 'read',
  vault: true,
  summary: 'Explain a verdict',
  description:
    'Shows what a check of this license answers to an instance, and why. It changes nothing: the instance does not ' +
    'count as seen.',
  input: ExplainInput,
  example: { license_id: example.LICENSE_ID, instance: 'https://shop.example.com' },
  success: [
    { status: 200, description: 'The verdict and its reasons', body: Explanation, example: example.explanation },
  ],
  refusals: ['license_not_found'],
} as const satisfies Route;
