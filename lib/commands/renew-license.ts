import { renew } from '../domain/license.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import type { RenewInput } from '../api/license-lifecycle.ts';
import type { Answer } from '../table/once.ts';
import { transition } from './license-change.ts';

/** Renews a license: to a given date, or from the old expiry by a given duration, or by the policy's duration. */
export function renewLicense(ctx: BrandContext, input: RenewInput): Promise<Answer<LicenseEntry> | Refusal> {
  const { expiration_date, extend_by } = input;
  const renewal = {
    ...(expiration_date === undefined ? {} : { expiration_date }),
    ...(extend_by === undefined ? {} : { extend_by }),
  };
  return transition(ctx, input, (license) => renew(license, renewal, ctx.nowMs));
}
