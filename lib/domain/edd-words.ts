import type { License } from './license.ts';
import type { Refusal, RefusalCode } from './refusal.ts';
import type { VerdictCode } from './verdict.ts';
import type { EddCall } from './edd-call.ts';

/** The name of an error about a product that the license key does not have. */
export const itemError = ({ item_id }: Pick<EddCall, 'item_id'>): 'invalid_item_id' | 'item_name_mismatch' =>
  item_id === undefined ? 'item_name_mismatch' : 'invalid_item_id';

/** The word for a verdict on a known license key. `license` is undefined if the key lacks the product. */
export function eddStatus(code: VerdictCode, license: License | undefined, call: Pick<EddCall, 'item_id'>): string {
  switch (code) {
    case 'product_not_on_key':
      return itemError(call);
    case 'cancelled':
    case 'suspended':
      return 'disabled';
    // A maintained license keeps running without updates, which is all that "expired" means to these clients.
    case 'expired':
    case 'valid_maintained':
      return 'expired';
    case 'not_activated':
      return license !== undefined && license.seats_used + license.staging_used > 0 ? 'site_inactive' : 'inactive';
    case 'valid':
    case 'valid_in_grace':
      return 'valid';
  }
}

const ERRORS: Partial<Record<RefusalCode, string>> = {
  license_key_not_found: 'missing',
  license_key_replaced: 'missing',
  license_suspended: 'disabled',
  license_cancelled: 'disabled',
  seat_limit_reached: 'no_activations_left',
  seat_moves_exhausted: 'no_activations_left',
  license_expired: 'expired',
};

/** The word for a refused activation; undefined if the refusal is not about the license, such as `unavailable`. */
export function activationError(code: RefusalCode, call: Pick<EddCall, 'item_id'>): string | undefined {
  return code === 'product_not_on_key' || code === 'product_required' ? itemError(call) : ERRORS[code];
}

/** True for a license key that the brand does not have, for whatever reason. */
export const isUnknownKey = (code: RefusalCode): boolean => ERRORS[code] === 'missing';

/** Clients have a word for a license key that the brand does not have. Any other refusal stays what it is. */
export const wordUnknown = <A>(refusal: Refusal, answer: (code: RefusalCode) => A): A | Refusal =>
  isUnknownKey(refusal.code) ? answer(refusal.code) : refusal;
