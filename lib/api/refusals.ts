import type { RefusalCode } from '../domain/refusal.ts';

export const COMMON_PROVISION_REFUSALS = [
  'product_not_found',
  'bundle_not_found',
  'license_key_not_found',
  'license_key_replaced',
  'product_held',
  'product_already_on_key',
  'license_key_of_another_customer',
  'too_many_licenses_on_key',
  'external_id_taken',
  'expiry_in_the_past',
  'not_extendable',
  'no_duration',
  'idempotency_key_reused',
  'answer_erased',
] as const satisfies readonly RefusalCode[];
