import { pick } from './pick.ts';
import { PRODUCT_REFERENCE, unchanged, type License, type Unchanged } from './license.ts';
import { isWithinLimit, mergeMetadata, mergePolicy, type MetadataChanges } from './merge.ts';
import type { Policy, PolicyChanges } from './policy.ts';
import { refuse, type Refusal } from './refusal.ts';
import { isDue } from './time.ts';

/** The fields of a license that an edit may change, in the order in which an answer names them. */
export const CHANGEABLE = [
  'product',
  'seat_limit',
  'expires_at',
  'duration',
  'starts_on_activation',
  'policy',
  'metadata',
] as const satisfies (keyof License)[];

/** The editable fields of a license, without its product. Undefined leaves a field as it is. */
export type Edit = {
  max_seats?: number | null | undefined;
  expiration_date?: string | null | undefined;
  metadata?: MetadataChanges | undefined;
  policy?: PolicyChanges | undefined;
};

/** The product a license is changed to, with the policy that is copied onto it. */
export type NewProduct = License['product'] & { policy: Policy };

/**
 * The license after an edit. Metadata and policy are merged; with a new product, its policy first replaces the old one.
 * Seats, expiry and the bought duration stay unless the edit names them. A cancelled license only takes metadata.
 */
export function edit(
  license: License,
  change: Edit,
  product: NewProduct | undefined,
  nowMs: number,
): { kind: 'changed'; license: License } | Unchanged | Refusal {
  const { max_seats, expiration_date, metadata, policy } = change;
  const isBeyondMetadata = [product, max_seats, expiration_date, policy].some((given) => given !== undefined);
  if (license.status === 'cancelled' && isBeyondMetadata)
    return refuse('illegal_transition', { from: 'cancelled', action: 'change' });
  if (
    expiration_date !== undefined &&
    expiration_date !== null &&
    expiration_date !== license.expires_at &&
    isDue(expiration_date, nowMs)
  ) {
    return refuse('expiry_in_the_past', { expiration_date });
  }
  const merged = mergeMetadata(license.metadata, metadata ?? {});
  if (!isWithinLimit(merged) && metadata !== undefined)
    return refuse('bad_request', {
      errors: [{ pointer: '/metadata', message: 'must be at most 2 KB together with what is there already' }],
    });
  const seats = max_seats === undefined ? policy?.seat_limit : max_seats;
  const edited: License = {
    ...license,
    policy: mergePolicy(product?.policy ?? license.policy, policy ?? {}),
    metadata: isSame(merged, license.metadata) ? license.metadata : merged,
    seat_limit: seats === undefined ? license.seat_limit : seats,
    duration: policy?.duration === undefined ? license.duration : policy.duration,
    ...(expiration_date === undefined ? {} : expiry(license, expiration_date)),
    ...(product ? { product: pick(PRODUCT_REFERENCE, product) } : {}),
  };
  return isSame(edited, license) ? unchanged : { kind: 'changed', license: edited };
}

/** Setting the date that is set already keeps the day that renewals return to. */
function expiry(license: License, expires_at: string | null): Partial<License> {
  const expiry_day = expires_at === license.expires_at ? license.expiry_day : null;
  return { expires_at, expiry_day, starts_on_activation: null };
}

/** The names of the fields in which a license differs from what it was before. */
export const changedFields = (before: License, after: License): (typeof CHANGEABLE)[number][] =>
  CHANGEABLE.filter((name) => !isSame([before[name]], [after[name]]));

/** True when two plain objects are equal in any order of keys: the table keeps no order. */
const isSame = (a: object, b: object): boolean => canonical(a) === canonical(b);
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(byName))
      : field,
  );
const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
