import { PRODUCT_REFERENCE } from '../domain/license.ts';
import { pick } from '../domain/pick.ts';
import type { findCopies } from './copies-view.ts';
import type { Seat } from '../table/product-call.ts';
import { licenseState } from './license-state.ts';

const CHECKED_ACTIVATION = ['id', 'activated_at', 'last_checked_at'] as const;

/** A license and an instance's activation as a verdict shows them to a site: without the customer's data. */
export const verdictView = ({ license, activation }: Seat, nowMs: number) => ({
  license: { id: license.id, product: pick(PRODUCT_REFERENCE, license.product), ...licenseState(license, nowMs) },
  activation: activation?.status === 'active' ? pick(CHECKED_ACTIVATION, activation) : null,
});

/** Loads what finds a copy: hardly any check comes from one. */
export async function findCopiesLater(...call: Parameters<typeof findCopies>): ReturnType<typeof findCopies> {
  return (await import('./copies-view.ts')).findCopies(...call);
}
