import type { License } from './license.ts';
import type { Policy } from './policy.ts';
import { refuse, type Refusal } from './refusal.ts';
import { isDue } from './time.ts';

/** What may be changed of a license, its product apart. Undefined leaves a field as it is. */
export type Edit = {
  max_seats?: number | null | undefined;
  expiration_date?: string | null | undefined;
  metadata?: Record<string, string> | undefined;
  policy?: Policy | undefined;
};

/** The product a license is changed to, with the policy that is copied onto it. */
export type NewProduct = License['product'] & { policy: Policy };

/**
 * The license after an edit. Of a policy, the fields given take the place of the old ones; with a new product, its policy takes the place of the whole
 * old one first. Seats: what is said, else the new policy's limit, else as they are; a limit below use keeps the seats and refuses new ones.
 * A cancelled license is closed to all but metadata.
 */
export function edit(
  license: License,
  change: Edit,
  product: NewProduct | undefined,
  nowMs: number,
): { license: License } | 'no_change' | Refusal {
  const { max_seats, expiration_date, metadata, policy } = change;
  const isBeyondMetadata = [product, max_seats, expiration_date, policy].some((said) => said !== undefined);
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
  const newPolicy = { ...(product?.policy ?? license.policy), ...policy };
  const spoken = policy?.seat_limit === undefined ? product?.policy.seat_limit : policy.seat_limit;
  const edited: License = {
    ...license,
    policy: newPolicy,
    metadata: metadata === undefined || isSame(metadata, license.metadata) ? license.metadata : metadata,
    seat_limit: max_seats !== undefined ? max_seats : spoken !== undefined ? spoken : license.seat_limit,
    ...(expiration_date === undefined ? {} : { expires_at: expiration_date, starts_on_activation: null }),
    ...(product ? { product: { id: product.id, slug: product.slug, name: product.name } } : {}),
  };
  return isSame(edited, license) ? 'no_change' : { license: edited };
}

/** Whether two plain objects say the same, in whatever order: the table keeps none. */
const isSame = (a: object, b: object): boolean => canonical(a) === canonical(b);
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(byName))
      : field,
  );
const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
