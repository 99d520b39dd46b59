import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import { idempotency_key, reason, uuid } from './schemas/fields.ts';
import { LicenseKeyWithLicenses } from './schemas/license.ts';
import { LicenseKeyAnswer } from './schemas/license-key.ts';

const GetLicenseKeyInput = z.strictObject({ license_key_id: uuid });

export const getLicenseKey = {
  operation: 'get_license_key',
  method: 'GET',
  path: '/api/v1/brand/license-keys/{license_key_id}',
  function: 'license-keys',
  auth: 'brand',
  scope: 'licenses:read',
  access: 'read',
  vault: true,
  summary: 'Retrieve a license key',
  description: 'Shows the license key and its licenses at this moment.',
  input: GetLicenseKeyInput,
  example: { license_key_id: example.provisioned.license_key.id },
  success: [
    {
      status: 200,
      description: 'The license key with its licenses',
      body: LicenseKeyWithLicenses,
      example: {
        ...example.license.license_key,
        customer_id: example.license.customer_id,
        created_at: '2026-11-23T10:00:00Z',
        licenses: [example.license],
      },
    },
  ],
  refusals: ['license_key_not_found'],
} as const satisfies Route;

export const RotateKeyInput = z.strictObject({
  license_key_id: uuid,
  overlap_hours: describe(
    z._default(z.int().check(z.gte(0), z.lte(720)), 0),
    'How many hours the old text keeps working, at most 30 days; 0 ends it at once',
  ),
  reason,
  idempotency_key,
});
export type RotateKeyInput = z.infer<typeof RotateKeyInput>;

export const rotateLicenseKey = {
  operation: 'rotate_license_key',
  method: 'POST',
  path: '/api/v1/brand/license-keys/{license_key_id}/rotate',
  function: 'rotate-license-key',
  auth: 'brand',
  scope: 'licenses:write',
  access: 'write',
  vault: true,
  summary: 'Rotate a license key',
  description:
    'Gives the license key a new text. Its licenses and activations stay. The old text works during the ' +
    'overlap, and is refused as `license_key_replaced` afterwards.',
  input: RotateKeyInput,
  example: { license_key_id: example.provisioned.license_key.id, overlap_hours: 48, reason: 'leaked' },
  success: [
    {
      status: 200,
      description: 'The license key with its new text',
      body: LicenseKeyAnswer,
      example: { ...example.provisioned.license_key, old_key_valid_until: '2026-11-25T10:00:00Z' },
    },
  ],
  refusals: ['license_key_not_found', 'idempotency_key_reused', 'answer_erased'],
  once: true,
} as const satisfies Route;

export const licenseKeyRoutes: readonly Route[] = [getLicenseKey, rotateLicenseKey];
