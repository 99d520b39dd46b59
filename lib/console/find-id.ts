import type { Entity } from '../events/catalog.ts';
import { readIdTime } from '../domain/ids.ts';
import { isoSeconds, parseMs, SECOND_MS } from '../domain/time.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getMany, type Item } from '../dynamo/table.ts';
import { readLicenseAndActivation } from '../table/activation-by-id.ts';
import { readJournalDays, readJournalMoment } from '../table/brand-journal.ts';
import { findRequested } from '../table/counts.ts';
import { countKeys, importKeys, keys } from '../table/keys.ts';
import { parseKeyAddress } from '../table/license-keys.ts';
import { parseLicenseAddress } from '../table/licenses.ts';
import { parseJournalItem, type JournalEntry } from '../table/journal.ts';
import type { PersonBrand } from './brands.ts';
import type { Call } from './call.ts';

/** Keys that one request reads. */
const ONE_READ = 100;
/** Brands whose journals are read at the same time. */
const AT_ONCE = 10;
/** An activation is written down within this time after its id was made. */
const WITHIN_MS = 2 * SECOND_MS;
const EVENTS_OF_A_MOMENT = 100;

/** The kinds of things that have a page below that of their brand. */
const NOUNS: Partial<Record<Entity, string>> = {
  product: 'products',
  release: 'releases',
  bundle: 'bundles',
  api_key: 'api-keys',
  webhook_endpoint: 'webhook-endpoints',
};
const FOUND_NOUNS: Partial<Record<Entity, string>> = {
  license: 'licenses',
  license_key: 'license-keys',
  customer: 'customers',
};

/** The address of the page of a thing; undefined for what has none. */
function addressOf({ brand }: PersonBrand, { type, id }: { type: Entity; id: string }): string | undefined {
  const [found, listed] = [FOUND_NOUNS[type], NOUNS[type]];
  if (found !== undefined) return `/console/${found}/${id}`;
  if (listed !== undefined) return `/console/brands/${brand.slug}/${listed}/${id}`;
  return type === 'brand' ? `/console/brands/${brand.slug}` : undefined;
}

/** The page of whatever has this id in a brand of the person: a thing, an import, an activation or an event. */
export async function findAddress(call: Call, brands: readonly PersonBrand[], id: string): Promise<string | undefined> {
  const brand = brands.find((own) => own.brand.id === id);
  if (brand !== undefined) return addressOf(brand, { type: 'brand', id });
  return (await findThing(call, brands, id)) ?? (await findByTime(call, brands, id));
}

/**
 * Licenses, license keys and customers have an address under their id, and other things a history, whose first entry
 * names their kind; imports and exports have neither.
 */
async function findThing({ ctx }: Call, brands: readonly PersonBrand[], id: string): Promise<string | undefined> {
  const keysIn = (prefix: string) => [
    keys.address(prefix, id),
    keys.journal(prefix, id, 1),
    importKeys.job(prefix, id),
    importKeys.export(prefix, id),
  ];
  const atOnce = Math.floor(ONE_READ / keysIn('').length);
  for (let from = 0; from < brands.length; from += atOnce) {
    const some = brands.slice(from, from + atOnce);
    const prefixes = some.map(({ brand }) => brand.key_prefix);
    const items = await getMany(ctx.table(...prefixes), prefixes.flatMap(keysIn));
    for (const [at, own] of some.entries()) {
      const [address, entry, job, file] = items.slice(at * 4, at * 4 + 4);
      const base = `/console/brands/${own.brand.slug}`;
      if (address !== undefined) return addressOf(own, { type: kindOf(address), id });
      if (entry !== undefined) return addressOf(own, parseJournalItem(entry).entity);
      if (job !== undefined) return `${base}/imports/${id}`;
      if (file !== undefined) return `${base}/exports/${id}`;
    }
  }
  return undefined;
}

function kindOf(address: Item): Entity {
  if (parseLicenseAddress(address) !== undefined) return 'license';
  return parseKeyAddress(address) === undefined ? 'customer' : 'license_key';
}

/** The id of an event or an activation tells its time, and the events of that time name it. */
async function findByTime(call: Call, brands: readonly PersonBrand[], id: string): Promise<string | undefined> {
  const ms = readIdTime(id);
  if (ms > call.ctx.nowMs + WITHIN_MS) return undefined;
  const old = brands.filter(({ brand }) => parseMs(brand.created_at) <= ms + WITHIN_MS);
  for (let from = 0; from < old.length; from += AT_ONCE) {
    const found = await Promise.all(old.slice(from, from + AT_ONCE).map((own) => findInMoment(call, own, id, ms)));
    const address = found.find((one) => one !== undefined);
    if (address !== undefined) return address;
  }
  return undefined;
}

async function findInMoment({ ctx }: Call, own: PersonBrand, id: string, ms: number): Promise<string | undefined> {
  const { key_prefix } = own.brand;
  const moment = { from: isoSeconds(ms), to: isoSeconds(ms + WITHIN_MS) };
  const page = { limit: EVENTS_OF_A_MOMENT, at: undefined };
  const { entries } = await readJournalDays(ctx.table(key_prefix), key_prefix, moment, page);
  const entry = entries.find((one) => one.id === id || activationIn(one)?.id === id);
  if (entry === undefined) return findImported(ctx, own, id, ms);
  return addressWith(addressOf(own, entry.entity), activationIn(entry)?.instance_identifier);
}

const addressWith = (address: string | undefined, site: string | undefined): string | undefined =>
  address === undefined || site === undefined
    ? address
    : `${address}?${new URLSearchParams({ instance: site }).toString()}`;

/** The event of an imported license names none of its sites, but their ids were made in the same millisecond. */
async function findImported(ctx: Call['ctx'], own: PersonBrand, id: string, ms: number): Promise<string | undefined> {
  const { key_prefix } = own.brand;
  const table = ctx.table(key_prefix);
  const entries = await readJournalMoment(table, key_prefix, ms, EVENTS_OF_A_MOMENT);
  const imported = entries.filter(({ type }) => type === 'license.imported').map(({ entity }) => entity);
  const addresses = await getMany(
    table,
    imported.map((license) => keys.address(key_prefix, license.id)),
  );
  const anchors = addresses.flatMap((item) => parseLicenseAddress(item)?.anchor ?? []);
  const read = (anchor: string) => retrying(table, () => readLicenseAndActivation(table, key_prefix, anchor, id));
  const found = (await Promise.all(anchors.map(read))).find((one) => one.found !== undefined);
  if (found?.license === undefined) return undefined;
  const { license } = found;
  return addressWith(addressOf(own, { type: 'license', id: license.id }), found.found?.activation.instance_identifier);
}

const activationIn = ({ after }: JournalEntry): { id: string; instance_identifier: string } | undefined =>
  after?.['activation'] as { id: string; instance_identifier: string } | undefined;

/** The page of what a request of the last 30 days has changed. */
export async function findByRequest(
  { ctx }: Call,
  brands: readonly PersonBrand[],
  requestId: string,
): Promise<string | undefined> {
  for (let from = 0; from < brands.length; from += ONE_READ) {
    const some = brands.slice(from, from + ONE_READ);
    const prefixes = some.map(({ brand }) => brand.key_prefix);
    const items = await getMany(
      ctx.table(...prefixes),
      prefixes.map((prefix) => countKeys.request(prefix, requestId)),
    );
    for (const [at, own] of some.entries()) {
      const changed = findRequested(items[at], ctx.nowMs);
      const address = changed && addressOf(own, changed);
      if (address !== undefined) return address;
    }
  }
  return undefined;
}
