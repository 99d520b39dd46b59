import { grant, keyWithRoom, termsOf, type Granted, type Terms } from '../../domain/purchase.ts';
import { tagOf } from '../../domain/ids.ts';
import { renew, type License } from '../../domain/license.ts';
import { isRefusal, refuse, type Refusal } from '../../domain/refusal.ts';
import type { BrandContext } from '../../context.ts';
import type { ProvisionInput } from '../../api/schemas/provision.ts';
import type { HeldKey } from '../../table/held-keys.ts';
import { keys } from '../../table/keys.ts';
import { anchorOn, licenseKeyOf, MAX_LICENSES_PER_KEY, type LicenseKey } from '../../table/license-keys.ts';
import { licenseOf } from '../../table/licenses.ts';
import { getMany } from '../../dynamo/table.ts';
import type { Destination, Line, Seen } from './read.ts';

/** What a purchase comes to: licenses to make, licenses to renew, and the key that carries them all (undefined: a new one). */
export type Plan = {
  key: HeldKey | undefined;
  perCustomer: boolean;
  lines: ({ line: Line } & ({ make: Granted } | { renewed: License; previous: License }))[];
};

/** Decides where the licenses of a purchase go. Costs another round trip only where products are held already and `if_held` asks about them. */
export async function planPurchase(
  ctx: BrandContext,
  input: ProvisionInput,
  destination: Destination,
  seen: Seen,
): Promise<Plan | Refusal | 'again'> {
  const { lines } = seen;
  const made = lines.map((line) => ({ line, make: grant(termsOf(line.own, input), line.product.policy, ctx.nowMs) }));
  const refused = made.map(({ make }) => make).find(isRefusal);
  if (refused) return refused;
  const plan = (key: HeldKey | undefined, perCustomer: boolean): Plan => ({
    key,
    perCustomer,
    lines: made.flatMap(({ line, make }) => (isRefusal(make) ? [] : [{ line, make }])),
  });

  if (destination.mode === 'new') return plan(undefined, false);
  if (destination.mode === 'key') {
    const key = usableKey(seen.namedKey, seen.customer?.partition, lines);
    return isRefusal(key) ? key : plan(asHeld(key), key.per_customer);
  }
  const tags = lines.map(({ tag }) => tag);
  const held = seen.customer?.keys ?? [];
  const holding = held.filter((key) => key.tags.some((tag) => tags.includes(tag)));
  if (holding.length > 0 && input.if_held === 'refuse') return heldAlready(ctx, holding[0]?.partition ?? '', lines);
  if (holding.length > 0 && input.if_held === 'renew') {
    const renewal = await planRenewal(ctx, input, holding, plan(undefined, true));
    if (renewal) return renewal;
  }
  return plan(keyWithRoom(held, tags, MAX_LICENSES_PER_KEY), true);
}

const asHeld = ({ id, partition, text_cipher, created_at, licenses, cancelled }: LicenseKey): HeldKey => ({
  id,
  partition,
  text_cipher,
  created_at,
  tags: Object.keys(licenses),
  left: Object.keys(cancelled),
});

function usableKey(
  key: LicenseKey | undefined,
  customerPartition: string | undefined,
  lines: readonly Line[],
): LicenseKey | Refusal {
  if (key === undefined) return refuse('license_key_not_found');
  if (key.customer_partition !== customerPartition) return refuse('license_key_of_another_customer');
  for (const { tag, product } of lines) {
    const entry = key.licenses[tag];
    if (entry) return refuse('product_already_on_key', { product: product.slug, license_id: entry.license_id });
  }
  const tooMany = Object.keys(key.licenses).length + lines.length > MAX_LICENSES_PER_KEY;
  return tooMany ? refuse('too_many_licenses_on_key', { maximum: MAX_LICENSES_PER_KEY }) : key;
}

async function keyAt(ctx: BrandContext, partition: string): Promise<LicenseKey> {
  const [item] = await getMany(ctx.table, [keys.licenseKey(ctx.brand.key_prefix, partition)]);
  if (item === undefined) throw new Error('a customer remembers a key that is not there');
  return licenseKeyOf(item);
}

/** 'again' where the key has lost what it held since the customer was read. */
async function heldAlready(ctx: BrandContext, partition: string, lines: readonly Line[]): Promise<Refusal | 'again'> {
  const key = await keyAt(ctx, partition);
  for (const { tag, product } of lines) {
    const entry = key.licenses[tag];
    if (entry) return refuse('product_held', { product: product.slug, license_id: entry.license_id });
  }
  return 'again';
}

/**
 * The newest key that holds some of these products and has room for the rest: those are renewed, the rest is added. Undefined where there is no such
 * key; then the purchase goes on as if nothing were held. 'again' where a license has left the key since its directory
 * was read.
 */
async function planRenewal(
  ctx: BrandContext,
  input: ProvisionInput,
  holding: readonly { partition: string }[],
  fresh: Plan,
): Promise<Plan | Refusal | 'again' | undefined> {
  const brand = ctx.brand.key_prefix;
  for (const { partition } of holding) {
    const key = await keyAt(ctx, partition);
    const tags = fresh.lines.map(({ line }) => line.tag);
    const room = Object.keys(key.licenses).length + tags.filter((tag) => key.licenses[tag] === undefined).length;
    const anchors = tags.flatMap((tag) => {
      const entry = key.licenses[tag];
      return entry ? [anchorOn(key, tag, entry)] : [];
    });
    const found = await getMany(
      ctx.table,
      anchors.map((anchor) => keys.license(brand, anchor)),
    );
    const licenses = found.flatMap((item) => (item ? [licenseOf(item)] : []));
    if (!licenses.every((license) => isStillOn(key, license))) return 'again';
    if (room > MAX_LICENSES_PER_KEY) continue;
    const lines: Plan['lines'] = [];
    for (const fresher of fresh.lines) {
      const previous = licenses.find(({ product }) => product.id === fresher.line.product.id);
      const renewed = previous && renewHeld(previous, termsOf(fresher.line.own, input), ctx.nowMs);
      if (renewed && isRefusal(renewed)) return renewed;
      lines.push(previous && renewed ? { line: fresher.line, renewed, previous } : fresher);
    }
    return { key: asHeld(key), perCustomer: true, lines };
  }
  return undefined;
}

/** A license may have gone to another key or product, or been cancelled, after the directory that names it was read. */
const isStillOn = ({ partition, licenses }: LicenseKey, { id, key_partition, product, status }: License): boolean =>
  key_partition === partition && status !== 'cancelled' && licenses[tagOf(product.id)]?.license_id === id;

/** A purchase of what is held: a new expiry, and the seats and the duration if the purchase names them. */
function renewHeld(license: License, terms: Terms, nowMs: number): License | Refusal {
  const outcome = renew(
    license,
    {
      ...(terms.expiration_date === undefined ? {} : { expiration_date: terms.expiration_date }),
      ...(terms.duration === undefined ? {} : { extend_by: terms.duration }),
    },
    nowMs,
  );
  if (outcome !== 'no_change' && isRefusal(outcome)) return outcome;
  const renewed = outcome === 'no_change' ? license : outcome.license;
  return {
    ...renewed,
    seat_limit: terms.max_seats === undefined ? renewed.seat_limit : terms.max_seats,
    duration: terms.duration ?? renewed.duration,
  };
}
