import { resume } from '../domain/license.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import type { LifecycleInput } from '../api/license-lifecycle.ts';
import type { Answer } from '../table/once.ts';
import { transition } from './license-change.ts';

/** Ends a suspension: the license has its seats again, and is expired if its expiry has passed meanwhile. */
export function resumeLicense(ctx: BrandContext, input: LifecycleInput): Promise<Answer<LicenseEntry> | Refusal> {
  return transition(ctx, input, (license) => resume(license, ctx.nowMs));
}
