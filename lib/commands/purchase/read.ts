import { parseLicenseKey, hashLicenseKey } from '../../domain/license-key.ts';
import { tagOf } from '../../domain/ids.ts';
import { namedTwice, type Terms } from '../../domain/purchase.ts';
import { isRefusal, refuse, type Refusal } from '../../domain/refusal.ts';
import type { BrandContext } from '../../context.ts';
import type { ProvisionAnswer } from '../../api/schemas/license.ts';
import type { ProvisionInput } from '../../api/schemas/provision.ts';
import type { Customer } from '../../table/customers.ts';
import { customerAt, type Slot } from '../../table/email-slots.ts';
import { externalOf, externalTaken } from '../../table/externals.ts';
import { keys } from '../../table/keys.ts';
import { partitionOfText, licenseKeyOf, MAX_LICENSES_PER_KEY, type LicenseKey } from '../../table/license-keys.ts';
import { replayOf, type Answer, type Once } from '../../table/once.ts';
import { bundleKey, bundleOf, isNamed, productKey, productOf, type Product } from '../../table/products.ts';
import { getMany, getOne, type Item } from '../../dynamo/table.ts';

/** One product of a purchase, with the terms it carries itself. */
export type Line = { product: Product; tag: string; own: Terms };

/** Where the licenses go: the text of a key, or what decides for one. */
export type Destination = { mode: 'per_customer' | 'new' } | { mode: 'key'; hash: string };

/** All that a purchase depends on, as it stands in the table. */
export type Seen = { lines: Line[]; slot: Slot; customer: Customer | undefined; namedKey: LicenseKey | undefined };

type Wanted = { named: string; own: Terms };

/**
 * Reads everything in one round trip; one more for a bundle's members, and one for a customer whose first e-mail was another. An answer given before under the same idempotency key comes back at once,
 * as does a refusal that needs no decision.
 */
export async function readPurchase(
  ctx: BrandContext,
  input: ProvisionInput,
  place: { emailHash: string; destination: Destination; once: Once | undefined },
): Promise<Seen | Answer<ProvisionAnswer> | Refusal | 'again'> {
  const brand = ctx.brand.key_prefix;
  const wanted = (input.products ?? []).map((product): Wanted =>
    typeof product === 'string' ? { named: product, own: {} } : { named: product.product, own: product },
  );
  const { destination, once } = place;
  const asked = {
    once: once?.key,
    external: input.external_id === undefined ? undefined : keys.external(brand, input.external_id),
    customer: keys.customer(brand, place.emailHash),
    namedKey: destination.mode === 'key' ? keys.licenseKey(brand, destination.hash) : undefined,
    bundle: input.bundle === undefined ? undefined : bundleKey(brand, input.bundle),
  };
  const single = Object.values(asked).filter((key) => key !== undefined);
  const found = await getMany(ctx.table, [...single, ...wanted.map(({ named }) => productKey(brand, named))]);
  const at = (key: (typeof single)[number] | undefined): Item | undefined =>
    key ? found[single.indexOf(key)] : undefined;

  const replay = once && replayOf<ProvisionAnswer>(ctx.vault, once, at(asked.once), ctx.nowMs);
  if (replay) return replay;
  const external = at(asked.external);
  if (external) return externalTaken(externalOf(external));
  const lines = linesOf(wanted, found.slice(single.length));
  if (isRefusal(lines)) return lines;
  const members = await membersOf(ctx, input, at(asked.bundle), lines);
  if (isRefusal(members)) return members;
  const all = [...lines, ...members];
  if (all.length > MAX_LICENSES_PER_KEY) return refuse('too_many_licenses_on_key', { maximum: MAX_LICENSES_PER_KEY });

  const slot = { hash: place.emailHash, item: at(asked.customer) };
  const customer = await customerAt(ctx.table, brand, slot);
  if (customer === 'again') return customer;
  const namedKey = destination.mode === 'key' ? await keyOfText(ctx, at(asked.namedKey), destination.hash) : undefined;
  if (namedKey && isRefusal(namedKey)) return namedKey;
  return { lines: all, slot, customer, namedKey };
}

/** What `license_key` in a request means. A text that cannot be one of this brand's keys is refused like one that is not known. */
export function destinationOf(ctx: BrandContext, license_key: string): Destination | Refusal {
  const given = license_key === '' ? (ctx.brand.settings.license_key ?? 'per_customer') : license_key;
  if (given === 'per_customer' || given === 'new') return { mode: given };
  const parsed = parseLicenseKey(given);
  if (parsed?.prefix !== ctx.brand.key_prefix) return refuse('license_key_not_found');
  return { mode: 'key', hash: hashLicenseKey(parsed.text) };
}

/** The key that a text opens; one more read when the text is a later one. */
async function keyOfText(
  ctx: BrandContext,
  item: Item | undefined,
  hash: string,
): Promise<LicenseKey | undefined | Refusal> {
  if (item === undefined) return undefined;
  const partition = partitionOfText(item, hash, ctx.nowMs);
  if (isRefusal(partition)) return partition;
  const found = partition === hash ? item : await getOne(ctx.table, keys.licenseKey(ctx.brand.key_prefix, partition));
  return found && licenseKeyOf(found);
}

function linesOf(wanted: readonly Wanted[], found: readonly (Item | undefined)[]): Line[] | Refusal {
  const lines: Line[] = [];
  for (const [i, { named, own }] of wanted.entries()) {
    const item = found[i];
    const product = item && productOf(item);
    if (product === undefined || !isNamed(product, named)) return refuse('product_not_found', { product: named });
    lines.push({ product, tag: tagOf(product.id), own });
  }
  const twice = namedTwice(lines.map(({ tag }) => tag));
  if (twice !== undefined)
    return refuse('bad_request', {
      errors: [{ pointer: `/products/${twice}`, message: 'names a product that stands in the list already' }],
    });
  return lines;
}

/** The bundle's products, but for those that the request names itself, with terms of their own. */
async function membersOf(
  ctx: BrandContext,
  input: ProvisionInput,
  item: Item | undefined,
  lines: readonly Line[],
): Promise<Line[] | Refusal> {
  if (input.bundle === undefined) return [];
  const bundle = item && bundleOf(item);
  if (bundle === undefined || !isNamed(bundle, input.bundle))
    return refuse('bundle_not_found', { bundle: input.bundle });
  const members = bundle.products.filter(({ id }) => !lines.some(({ product }) => product.id === id));
  const found = await getMany(
    ctx.table,
    members.map(({ id }) => productKey(ctx.brand.key_prefix, id)),
  );
  return linesOf(
    members.map(({ slug }) => ({ named: slug, own: {} })),
    found,
  );
}
