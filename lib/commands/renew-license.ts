import { renew } from '../domain/license.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import type { RenewInput } from '../api/license-lifecycle.ts';
import type { Answer } from '../table/once.ts';
import { transition } from './license-change.ts';

/** A new expiry: the date given, or the old one extended by what is given or, when nothing is, by the policy's duration. */
export function renewLicense(ctx: BrandContext, input: RenewInput): Promise<Answer<LicenseEntry> | Refusal> {
  const { expiration_date, extend_by } = input;
  const renewal = {
    ...(expiration_date === undefined ? {} : { expiration_date }),
    ...(extend_by === undefined ? {} : { extend_by }),
  };
  return transition(ctx, input, (license) => renew(license, renewal, ctx.nowMs));
}
