import { eddChecksum, describeEddLicense, type EddLicenseFacts } from '../domain/edd-license-facts.ts';
import type { EddCall } from '../domain/edd-call.ts';
import type { License } from '../domain/license.ts';

type Outcome = { success: boolean; license: string; error?: string; is_local?: boolean };

/** The answer to `activate_license`, `deactivate_license` and `check_license`. */
export type EddLicenseAnswer = {
  success: boolean;
  license: string;
  item_id: number | false;
  item_name: string;
  checksum: string;
  error?: string;
  max_sites?: number;
  is_local?: true;
} & Partial<EddLicenseFacts>;

/** `license` is undefined for an unknown key, and then the answer says only that. */
export function eddLicenseView(
  { success, license: word, error, is_local = false }: Outcome,
  call: EddCall,
  productName: string | undefined,
  license: License | undefined,
  nowMs: number,
): EddLicenseAnswer {
  const item_name = call.item_name || (productName ?? license?.product.name ?? '');
  return {
    success,
    license: word,
    item_id: call.item_id ?? false,
    item_name,
    checksum: eddChecksum(call.license, call.url, String(call.item_id ?? item_name)),
    ...(error === undefined ? {} : { error }),
    ...(error === 'no_activations_left' && license ? { max_sites: license.seats_used } : {}),
    ...(is_local ? { is_local: true } : {}),
    ...(license ? describeEddLicense(license, nowMs) : {}),
  };
}
