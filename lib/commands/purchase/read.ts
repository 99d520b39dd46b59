import { computeTag } from '../../domain/ids.ts';
import { namedTwice, type Terms } from '../../domain/purchase.ts';
import { isRefusal, refuse, type Refusal } from '../../domain/refusal.ts';
import type { BrandContext } from '../../context.ts';
import type { ProvisionInput } from '../../api/schemas/provision.ts';
import type { Customer } from '../../table/customers.ts';
import { findCustomer, type Slot } from '../../table/email-slots.ts';
import { parseExternalItem, externalTaken } from '../../table/externals.ts';
import { hashKeyText } from '../../table/imported-address.ts';
import { keys, listKeys } from '../../table/keys.ts';
import {
  readTextPartition,
  parseLicenseKeyItem,
  MAX_LICENSES_PER_KEY,
  type LicenseKey,
} from '../../table/license-keys.ts';
import {
  bundleKey,
  parseBundleItem,
  isNamed,
  productKey,
  parseProductItem,
  type Product,
} from '../../table/products.ts';
import { done, type Outcome } from '../../dynamo/outcome.ts';
import type { Key } from '../../dynamo/schema.ts';
import { getOne, readItems, type ItemAt } from '../../dynamo/table.ts';

/** One product of a purchase, with its own terms. */
export type Line = { product: Product; tag: string; own: Terms };

/** The destination of the licenses: the text of a key, or the rule that selects one. */
export type Destination = { mode: 'per_customer' | 'new' } | { mode: 'key'; hash: string };

/** All stored items that a purchase depends on. */
export type Seen = { lines: Line[]; slot: Slot; customer: Customer | undefined; namedKey: LicenseKey | undefined };

type Wanted = { named: string; own: Terms };

const wantedIn = (input: ProvisionInput): Wanted[] =>
  (input.products ?? []).map((product) =>
    typeof product === 'string' ? { named: product, own: {} } : { named: product.product, own: product },
  );

/** The e-mail and the key text of a purchase, hashed. */
export type Hashed = { emailHash: string; destination: Destination };

/** The keys of everything that one read can find for a purchase. */
export function purchaseKeys(brand: string, input: ProvisionInput, { emailHash, destination }: Hashed): Key[] {
  return [
    keys.customer(brand, emailHash),
    ...wantedIn(input).map(({ named }) => productKey(brand, named)),
    ...(input.bundle === undefined ? [] : [bundleKey(brand, input.bundle)]),
    ...(input.external_id === undefined ? [] : [listKeys.external(brand, input.external_id)]),
    ...(destination.mode === 'key' ? [keys.licenseKey(brand, destination.hash)] : []),
  ];
}

/**
 * Reads the items of `purchaseKeys`. Costs one more round trip for a bundle's members, one for a later text of the key
 * and one for a customer whose first e-mail was another.
 */
export async function readPurchase(
  ctx: BrandContext,
  input: ProvisionInput,
  { emailHash, destination }: Hashed,
  itemAt: ItemAt,
): Promise<Outcome<Seen, Refusal>> {
  const brand = ctx.brand.key_prefix;
  const external = input.external_id === undefined ? undefined : itemAt(listKeys.external(brand, input.external_id));
  if (external) return externalTaken(parseExternalItem(external));
  const lines = linesOf(brand, wantedIn(input), itemAt);
  if (isRefusal(lines)) return lines;
  const members = await membersOf(ctx, input, itemAt, lines);
  if (isRefusal(members)) return members;
  const all = [...lines, ...members];
  if (all.length > MAX_LICENSES_PER_KEY) return refuse('too_many_licenses_on_key', { maximum: MAX_LICENSES_PER_KEY });

  const slot = { hash: emailHash, item: itemAt(keys.customer(brand, emailHash)) };
  const customer = await findCustomer(ctx.table, brand, slot);
  if (customer.kind === 'retry') return customer;
  const namedKey = destination.mode === 'key' ? await keyOfText(ctx, itemAt, destination.hash) : undefined;
  if (namedKey && isRefusal(namedKey)) return namedKey;
  return done({ lines: all, slot, customer: customer.value, namedKey });
}

/** The destination that `license_key` names. A text without the brand's own prefix is an imported key. */
export function findDestination(ctx: BrandContext, license_key: string): Destination {
  const given = license_key === '' ? (ctx.brand.settings.license_key ?? 'per_customer') : license_key;
  if (given === 'per_customer' || given === 'new') return { mode: given };
  return { mode: 'key', hash: hashKeyText(ctx.vault, ctx.brand.key_prefix, given) };
}

/** The key that a text opens; one more read when the text is a later one. */
async function keyOfText(ctx: BrandContext, itemAt: ItemAt, hash: string): Promise<LicenseKey | undefined | Refusal> {
  const item = itemAt(keys.licenseKey(ctx.brand.key_prefix, hash));
  if (item === undefined) return undefined;
  const partition = readTextPartition(item, hash, ctx.nowMs);
  if (isRefusal(partition)) return partition;
  const found = partition === hash ? item : await getOne(ctx.table, keys.licenseKey(ctx.brand.key_prefix, partition));
  return found && parseLicenseKeyItem(found);
}

function linesOf(brand: string, wanted: readonly Wanted[], itemAt: ItemAt): Line[] | Refusal {
  const lines: Line[] = [];
  for (const { named, own } of wanted) {
    const item = itemAt(productKey(brand, named));
    const product = item && parseProductItem(item);
    if (product === undefined || !isNamed(product, named)) return refuse('product_not_found', { product: named });
    lines.push({ product, tag: computeTag(product.id), own });
  }
  const twice = namedTwice(lines.map(({ tag }) => tag));
  if (twice !== undefined)
    return refuse('bad_request', {
      errors: [{ pointer: `/products/${twice}`, message: 'names a product that stands in the list already' }],
    });
  return lines;
}

/** The bundle's products, except those that the request names itself, with terms of their own. */
async function membersOf(
  { brand: { key_prefix: brand }, table }: BrandContext,
  { bundle: named }: ProvisionInput,
  itemAt: ItemAt,
  lines: readonly Line[],
): Promise<Line[] | Refusal> {
  if (named === undefined) return [];
  const item = itemAt(bundleKey(brand, named));
  const bundle = item && parseBundleItem(item);
  if (bundle === undefined || !isNamed(bundle, named)) return refuse('bundle_not_found', { bundle: named });
  const members = bundle.products.filter(({ id }) => !lines.some(({ product }) => product.id === id));
  const wanted = members.map(({ slug }): Wanted => ({ named: slug, own: {} }));
  const found = await readItems(
    table,
    wanted.map(({ named: slug }) => productKey(brand, slug)),
  );
  return linesOf(brand, wanted, found);
}
