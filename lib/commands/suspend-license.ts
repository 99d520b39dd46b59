import { suspend } from '../domain/license.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import type { LifecycleInput } from '../api/license-lifecycle.ts';
import type { Answer } from '../table/once.ts';
import { transition } from './license-change.ts';

/** Suspends a license during a dispute: no site may run until it is resumed. Seats stay on record. */
export function suspendLicense(ctx: BrandContext, input: LifecycleInput): Promise<Answer<LicenseEntry> | Refusal> {
  return transition(ctx, input, suspend);
}
