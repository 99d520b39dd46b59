import { computeTag } from '../domain/ids.ts';
import type { License } from '../domain/license.ts';
import { timeAfter } from '../domain/time.ts';
import { keyPartition, listKeyLicenses } from '../table/cancelled-licenses.ts';
import { parseCustomerItem } from '../table/customers.ts';
import { parseExternalItem } from '../table/externals.ts';
import { forgetKey, forgetProduct } from '../table/held-keys.ts';
import { journalWrite, readJournal } from '../table/journal.ts';
import { hashKeyText } from '../table/imported-address.ts';
import { keys, listKeys } from '../table/keys.ts';
import { changeDirectory, parseLicenseKeyItem, type LicenseKey } from '../table/license-keys.ts';
import { parseLicenseItem, pickLicenseFields } from '../table/licenses.ts';
import { allOf, equals, unchangedSince } from '../dynamo/condition.ts';
import { done, retry, type Outcome, type Retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Key } from '../dynamo/schema.ts';
import { query } from '../dynamo/query.ts';
import { readItems, type Item } from '../dynamo/table.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import { chooseAnchor } from './import/build.ts';
import { importAuthor } from './import/license-writes.ts';
import type { ImportContext, NumberedRow } from './import/row.ts';
import { readLicenses } from './import/terms.ts';

/** `left`: the run made something, and somebody has changed it since. */
export type UndoneRow = { kind: 'undone' | 'unchanged' | 'left'; licenses: number };

const MOST_WRITES = 100;
const PAGE = 500;

/**
 * Takes back what a run made of a row, if nobody has touched it since: a later journal entry of the license or its key,
 * other than that of a sweep, is a touch, and a check is none. What it changed of older licenses stays.
 */
export async function undoImportRow(ctx: ImportContext, numbered: NumberedRow): Promise<UndoneRow> {
  const partition = hashKeyText(ctx.vault, ctx.brand.key_prefix, numbered.row.license_key);
  const undone = await retrying(ctx.table, () => tryUndo(ctx, partition));
  await removeLeftSeats(ctx, numbered, partition);
  return undone;
}

async function tryUndo(ctx: ImportContext, partition: string): Promise<Outcome<UndoneRow>> {
  const { item, cancelled } = await keyPartition(ctx.table, ctx.brand.key_prefix, partition);
  if (item?.['partition'] !== partition) return done({ kind: 'unchanged', licenses: 0 });
  const licenseKey = parseLicenseKeyItem(item);
  const licenses = await readOnKey(ctx, listKeyLicenses(item, cancelled));
  const own = licenses.filter(({ importId }) => importId === ctx.importId);
  if (own.length === 0) return done({ kind: 'unchanged', licenses: 0 });
  const isKeyOwn = item['import_id'] === ctx.importId;
  const isRotated = isKeyOwn ? licenseKey.seq > 0 : false;
  const untouched = isRotated ? [] : await filterUntouched(ctx, own);
  if (untouched.length === 0) return done({ kind: 'left', licenses: own.length });
  const isWhole = isKeyOwn && untouched.length === licenses.length;
  // Those of a key that stays go one by one: each is a change of the key's item.
  const some = isWhole ? untouched : untouched.slice(0, 1);
  const writes = await removeLicenses(ctx, licenseKey, some, isWhole);
  const outcome = await transact(ctx.table, writes);
  if (outcome.kind === 'retry' || some.length < untouched.length) return retry();
  return done({ kind: untouched.length === own.length ? 'undone' : 'left', licenses: untouched.length });
}

type OnKey = { license: License; importId: unknown };

async function readOnKey(ctx: ImportContext, listed: readonly { anchor: string }[]): Promise<OnKey[]> {
  const wanted = listed.map(({ anchor }) => keys.license(ctx.brand.key_prefix, anchor));
  const itemAt = await readItems(ctx.table, wanted);
  return wanted.flatMap((key) => {
    const item = itemAt(key);
    return item ? [{ license: parseLicenseItem(item), importId: item['import_id'] }] : [];
  });
}

/** A sweep announces; all else that has an entry was done by somebody. */
const BY_SWEEP: ReadonlySet<string> = new Set(['license.expiring', 'license.expired']);

async function filterUntouched(ctx: ImportContext, own: readonly OnKey[]): Promise<License[]> {
  const untouched: License[] = [];
  for (const { license } of own) {
    const { entries } =
      license.seq === 1
        ? { entries: [] }
        : await readJournal(ctx.table, ctx.brand.key_prefix, license.id, { limit: license.seq });
    if (entries.every(({ type, seq }) => seq === 1 || BY_SWEEP.has(type))) untouched.push(license);
  }
  return untouched;
}

async function removeLicenses(
  ctx: ImportContext,
  licenseKey: LicenseKey,
  licenses: readonly License[],
  isWhole: boolean,
): Promise<Write<Retry>[]> {
  const brand = ctx.brand.key_prefix;
  const orders = [...new Set(licenses.flatMap(({ external_id }) => external_id ?? []))];
  const customerKey = keys.customer(brand, licenseKey.customer_partition);
  const orderKeys = orders.map((id) => listKeys.external(brand, id));
  const itemAt = await readItems(ctx.table, [customerKey, ...orderKeys]);
  const customerItem = itemAt(customerKey);
  const customer = customerItem && parseCustomerItem(customerItem);
  const ofKey = isWhole
    ? removeKey(brand, licenseKey)
    : licenses.flatMap((license) => takeOff(brand, licenseKey, license));
  const remembered =
    customer === undefined
      ? []
      : isWhole
        ? forgetKey(brand, customer, licenseKey.id, retry)
        : licenses.flatMap(({ product }) =>
            forgetProduct(brand, customer, licenseKey.id, { removed: computeTag(product.id) }, retry),
          );
  const writes = [
    ...licenses.flatMap((license) => removeLicense(ctx, license)),
    ...ofKey,
    ...remembered,
    ...orderKeys.flatMap((key) => freeOrder(key, itemAt(key), licenseKey.id)),
  ];
  const seats = await readSeatKeys(ctx, licenses, MOST_WRITES - writes.length);
  return [...writes, ...seats.map((remove): Write<Retry> => ({ remove }))];
}

function removeLicense(ctx: ImportContext, license: License): Write<Retry>[] {
  const brand = ctx.brand.key_prefix;
  const { id, anchor, seq, status, seats_used, customer_partition, updated_at } = license;
  const at = Date.parse(timeAfter(updated_at, ctx.nowMs));
  return [
    { remove: keys.license(brand, anchor), guard: allOf(unchangedSince(seq), equals('id', id)), refused: retry },
    { remove: keys.address(brand, id) },
    { remove: listKeys.customerLicense(brand, customer_partition, id) },
    journalWrite(
      { ...importAuthor(ctx), nowMs: at },
      {
        type: 'license.import_undone',
        entity: { type: 'license', id },
        seq: seq + 1,
        notBefore: updated_at,
        before: { status, seats_used },
        after: null,
        license: pickLicenseFields(license),
      },
    ),
  ];
}

/** The key goes only if it carries what was read: a purchase may add to it at the same moment. */
function removeKey(brand: string, { partition, id, seq, licenses, cancelled }: LicenseKey): Write<Retry>[] {
  const license_count = Object.keys(licenses).length;
  return [
    {
      remove: keys.licenseKey(brand, partition),
      guard: allOf(unchangedSince(seq), equals('license_count', license_count)),
      refused: retry,
    },
    { remove: keys.address(brand, id) },
    ...Object.values(cancelled).map(({ license_id }): Write<Retry> => ({
      remove: listKeys.cancelledOnKey(brand, partition, license_id),
    })),
  ];
}

function takeOff(brand: string, { partition, licenses }: LicenseKey, { id, product }: License): Write<Retry>[] {
  const tag = computeTag(product.id);
  if (licenses[tag]?.license_id !== id) return [{ remove: listKeys.cancelledOnKey(brand, partition, id) }];
  return [changeDirectory(brand, partition, { removed: tag }, retry)];
}

const freeOrder = (key: Key, item: Item | undefined, keyId: string): Write<Retry>[] =>
  item && parseExternalItem(item).license_key_id === keyId ? [{ remove: key }] : [];

/** The activations of licenses, at most `most`. */
async function readSeatKeys(ctx: ImportContext, licenses: readonly { anchor: string }[], most: number): Promise<Key[]> {
  const found: Key[] = [];
  for (const { anchor } of licenses) {
    if (found.length >= most) break;
    found.push(...(await listSeatKeys(ctx, anchor, most - found.length)));
  }
  return found;
}

async function listSeatKeys(ctx: ImportContext, anchor: string, limit: number): Promise<Key[]> {
  const { pk } = keys.license(ctx.brand.key_prefix, anchor);
  const { items } = await query(ctx.table, { pk, begins: 'seat#', limit });
  return items.map((item) => ({ pk, sk: String(item['sk']) }));
}

/**
 * Removes seats without a license: those that did not fit into the transaction, and those of a run that died before its
 * row was whole.
 */
async function removeLeftSeats(ctx: ImportContext, { line, row }: NumberedRow, partition: string): Promise<void> {
  const read = readLicenses(ctx, row);
  if ('kind' in read) return;
  const anchors = read.licenses.flatMap(({ tag }, index) =>
    [true, false].map((isStaged) => chooseAnchor(ctx, partition, line, { index, tag, isStaged })),
  );
  const wanted = anchors.map((anchor) => keys.license(ctx.brand.key_prefix, anchor));
  const itemAt = await readItems(ctx.table, wanted);
  const empty = anchors.filter((_, i) => wanted[i] !== undefined && itemAt(wanted[i]) === undefined);
  for (const anchor of empty) {
    for (;;) {
      const seats = await listSeatKeys(ctx, anchor, PAGE);
      if (seats.length === 0) break;
      for (let from = 0; from < seats.length; from += MOST_WRITES)
        await transact<never>(
          ctx.table,
          seats.slice(from, from + MOST_WRITES).map((remove) => ({ remove })),
        );
    }
  }
}
