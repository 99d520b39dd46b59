import { cancel } from '../domain/license.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseEntry } from '../http/routes/brand.ts';
import type { LifecycleInput } from '../http/routes/lifecycle.ts';
import type { Answer } from '../table/once.ts';
import { transition } from './license-change.ts';

/** A refund: the end of a license, for good. Seats stay on record. */
export function cancelLicense(ctx: BrandContext, input: LifecycleInput): Promise<Answer<LicenseEntry> | Refusal> {
  return transition(ctx, input, cancel);
}
