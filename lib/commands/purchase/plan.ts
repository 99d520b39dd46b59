import { required } from '../../domain/invariant.ts';
import { pick } from '../../domain/pick.ts';
import { computeTag } from '../../domain/ids.ts';
import { renew, type License } from '../../domain/license.ts';
import { grant, findRoomyKey, mergeTerms, type Granted, type Terms } from '../../domain/purchase.ts';
import { isRefusal, refuse, type Refusal } from '../../domain/refusal.ts';
import type { BrandContext } from '../../context.ts';
import type { ProvisionInput } from '../../api/schemas/provision.ts';
import type { HeldKey } from '../../table/held-key-fields.ts';
import { keys } from '../../table/keys.ts';
import { parseLicenseKeyItem, MAX_LICENSES_PER_KEY, readSeatSet, type LicenseKey } from '../../table/license-keys.ts';
import { parseLicenseItem } from '../../table/licenses.ts';
import { done, retry, type Outcome, type Retry } from '../../dynamo/outcome.ts';
import { getMany } from '../../dynamo/table.ts';
import type { Destination, Line, Seen } from './read.ts';

/** A license to make. */
export type NewLine = { kind: 'new'; line: Line; granted: Granted };
/** A license that the customer has, as it is after the purchase. */
export type RenewedLine = { kind: 'renewal'; line: Line; previous: License; renewed: License };

/** The lines of a purchase, and the key that carries them all (undefined: a new one). */
export type Plan = { key: HeldKey | undefined; perCustomer: boolean; lines: (NewLine | RenewedLine)[] };

/**
 * Decides on which key the licenses of a purchase go. Costs more round trips only if the customer has some of the
 * products and `if_held` asks about them.
 */
export async function planPurchase(
  ctx: BrandContext,
  input: ProvisionInput,
  destination: Destination,
  seen: Seen,
): Promise<Outcome<Plan, Refusal>> {
  const lines = newLines(input, seen.lines, ctx.nowMs);
  if (isRefusal(lines)) return lines;
  if (destination.mode === 'new') return done({ key: undefined, perCustomer: false, lines });
  if (destination.mode === 'key') {
    const key = usableKey(seen.namedKey, seen.customer?.partition, seen.lines);
    return isRefusal(key) ? key : done({ key: asHeld(key), perCustomer: key.per_customer, lines });
  }
  const tags = seen.lines.map(({ tag }) => tag);
  const held = seen.customer?.keys ?? [];
  const holding = held.filter((key) => key.tags.some((tag) => tags.includes(tag)));
  if (holding.length > 0 && input.if_held === 'refuse')
    return heldAlready(ctx, String(holding[0]?.partition), seen.lines);
  if (holding.length > 0 && input.if_held === 'renew') {
    const renewal = await planRenewal(ctx, input, holding, lines);
    if (renewal.kind !== 'done') return renewal;
    if (renewal.value) return done(renewal.value);
  }
  return done({ key: findRoomyKey(held, tags, MAX_LICENSES_PER_KEY), perCustomer: true, lines });
}

function newLines(input: ProvisionInput, lines: readonly Line[], nowMs: number): NewLine[] | Refusal {
  const made: NewLine[] = [];
  for (const line of lines) {
    const granted = grant(mergeTerms(line.own, input), line.product.policy, nowMs);
    if (isRefusal(granted)) return granted;
    made.push({ kind: 'new', line, granted });
  }
  return made;
}

const asHeld = (key: LicenseKey): HeldKey => ({
  ...pick(['id', 'partition', 'text_cipher', 'created_at'], key),
  tags: Object.keys(key.licenses),
  left: Object.keys(key.cancelled),
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
  return parseLicenseKeyItem(required(item, 'a customer remembers a key that is not there'));
}

/** A retry is needed when the key has lost licenses since the customer was read. */
async function heldAlready(ctx: BrandContext, partition: string, lines: readonly Line[]): Promise<Refusal | Retry> {
  const key = await keyAt(ctx, partition);
  for (const { tag, product } of lines) {
    const entry = key.licenses[tag];
    if (entry) return refuse('product_held', { product: product.slug, license_id: entry.license_id });
  }
  return retry();
}

/**
 * Renews the licenses on the newest key with room for the other products, and adds those. Done with undefined if there
 * is no such key: then the purchase proceeds as if the customer had none. A retry is needed when a license has left the
 * key since its directory was read.
 */
async function planRenewal(
  ctx: BrandContext,
  input: ProvisionInput,
  holding: readonly { partition: string }[],
  fresh: readonly NewLine[],
): Promise<Outcome<Plan | undefined, Refusal>> {
  const brand = ctx.brand.key_prefix;
  for (const { partition } of holding) {
    const key = await keyAt(ctx, partition);
    const tags = fresh.map(({ line }) => line.tag);
    const room = Object.keys(key.licenses).length + tags.filter((tag) => key.licenses[tag] === undefined).length;
    const anchors = tags.flatMap((tag) => {
      const entry = key.licenses[tag];
      return entry ? [readSeatSet(key, tag, entry).anchor] : [];
    });
    const found = await getMany(
      ctx.table,
      anchors.map((anchor) => keys.license(brand, anchor)),
    );
    const licenses = found.filter((item) => item !== undefined).map((item) => parseLicenseItem(item));
    if (!licenses.every((license) => isStillOn(key, license))) return retry();
    if (room > MAX_LICENSES_PER_KEY) continue;
    const lines = renewedLines(input, fresh, licenses, ctx.nowMs);
    return isRefusal(lines) ? lines : done({ key: asHeld(key), perCustomer: true, lines });
  }
  return done(undefined);
}

function renewedLines(
  input: ProvisionInput,
  fresh: readonly NewLine[],
  held: readonly License[],
  nowMs: number,
): Plan['lines'] | Refusal {
  const lines: Plan['lines'] = [];
  for (const made of fresh) {
    const { line } = made;
    const previous = held.find(({ product }) => product.id === line.product.id);
    if (previous === undefined) {
      lines.push(made);
      continue;
    }
    const renewed = renewHeld(previous, mergeTerms(line.own, input), nowMs);
    if (isRefusal(renewed)) return renewed;
    lines.push({ kind: 'renewal', line, previous, renewed });
  }
  return lines;
}

/**
 * A license may have moved to another key or product, or been cancelled, after the directory that names it was read.
 */
const isStillOn = ({ partition, licenses }: LicenseKey, { id, key_partition, product, status }: License): boolean =>
  key_partition === partition && status !== 'cancelled' && licenses[computeTag(product.id)]?.license_id === id;

/**
 * A purchase of a product that the customer has: a new expiry, and the seats and the duration if the purchase names
 * them.
 */
function renewHeld(license: License, terms: Terms, nowMs: number): License | Refusal {
  const outcome = renew(
    license,
    {
      ...(terms.expiration_date === undefined ? {} : { expiration_date: terms.expiration_date }),
      ...(terms.duration === undefined ? {} : { extend_by: terms.duration }),
    },
    nowMs,
  );
  if (outcome.kind === 'refused') return outcome;
  const renewed = outcome.kind === 'unchanged' ? license : outcome.license;
  return {
    ...renewed,
    seat_limit: terms.max_seats === undefined ? renewed.seat_limit : terms.max_seats,
    duration: terms.duration ?? renewed.duration,
  };
}
