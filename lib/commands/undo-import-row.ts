import { computeTag, readIdTime } from '../domain/ids.ts';
import type { License } from '../domain/license.ts';
import { isoSeconds, timeAfter } from '../domain/time.ts';
import { keyPartition, listKeyLicenses } from '../table/cancelled-licenses.ts';
import { parseCustomerItem } from '../table/customers.ts';
import { changeExternal, freeExternal, parseExternalItem } from '../table/externals.ts';
import { forgetKey, forgetProduct } from '../table/held-keys.ts';
import { journalWrite, readJournal } from '../table/journal.ts';
import { hashKeyText } from '../table/imported-address.ts';
import { countUndone, readUndone } from '../table/imports.ts';
import { keys, listKeys } from '../table/keys.ts';
import { changeDirectory, parseLicenseKeyItem, type LicenseKey } from '../table/license-keys.ts';
import { parseLicenseItem, pickLicenseFields } from '../table/licenses.ts';
import { allOf, anyOf, equals, isNew, unchangedSince } from '../dynamo/condition.ts';
import { done, retry, type Outcome, type Retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Key } from '../dynamo/schema.ts';
import { query } from '../dynamo/query.ts';
import { getMany, getOne, readItems, type Item } from '../dynamo/table.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import { chooseAnchor } from './import/build.ts';
import { importAuthor } from './import/license-writes.ts';
import type { ImportContext, NumberedRow } from './import/row.ts';
import { readLicenses } from './import/terms.ts';
import { undoCustomer } from './undo-import-customer.ts';

/**
 * The licenses that were removed, and those that somebody has changed since the run made them; and true if the run made
 * the customer and others have used it since.
 */
export type UndoneRow = { removed: number; left: number; isCustomerUsed: boolean };

const MOST_WRITES = 100;
const PAGE = 500;

/**
 * Takes back what a run made of a row, if nobody has touched it since: a later journal entry of the license or its key,
 * other than that of a sweep, is a touch, and a check is none. What it changed of older licenses stays. With its last
 * license goes a customer that the run made.
 */
export async function undoImportRow(ctx: ImportContext, numbered: NumberedRow): Promise<UndoneRow> {
  const partition = hashKeyText(ctx.vault, ctx.brand.key_prefix, numbered.row.license_key);
  const undone = await retrying(ctx.table, () => tryUndo(ctx, numbered.line, partition));
  await removeLeftSeats(ctx, numbered, partition);
  return { ...undone, isCustomerUsed: await undoCustomer(ctx, numbered.row.customer_email) };
}

/** A row may need several transactions. Those of a worker that died are counted too. */
async function tryUndo(
  ctx: ImportContext,
  line: number,
  partition: string,
): Promise<Outcome<Pick<UndoneRow, 'removed' | 'left'>>> {
  const brand = ctx.brand.key_prefix;
  const [{ item, cancelled }, removed] = await Promise.all([
    keyPartition(ctx.table, brand, partition),
    readUndone(ctx.table, brand, ctx.importId, line),
  ]);
  if (item?.['partition'] !== partition) return done({ removed, left: 0 });
  const licenseKey = parseLicenseKeyItem(item);
  const licenses = await readOnKey(ctx, listKeyLicenses(item, cancelled));
  const own = licenses.filter(({ importId }) => importId === ctx.importId);
  const isKeyOwn = item['import_id'] === ctx.importId;
  const onSameKey = own.filter(({ license }) => !isKeyChanged(licenseKey, isKeyOwn, license));
  const untouched = await filterUntouched(ctx, onSameKey);
  const left = own.length - untouched.length;
  const isWhole = isKeyOwn && untouched.length === licenses.length;
  const [first] = untouched;
  if (first === undefined) return done({ removed, left });
  const whole = isWhole ? await removeLicenses(ctx, line, licenseKey, untouched, cancelled) : undefined;
  // Licenses of a key that stays go one by one: each is a change of the key's item.
  const isAtOnce = whole !== undefined && whole.length <= MOST_WRITES;
  const writes = isAtOnce ? whole : await removeLicenses(ctx, line, licenseKey, [first], undefined);
  if ((await transact(ctx.table, writes)).kind === 'retry') return retry();
  if (!isAtOnce && untouched.length > 1) return retry();
  return done({ removed: removed + untouched.length, left });
}

type OnKey = { license: License; importId: unknown };

async function readOnKey(ctx: ImportContext, listed: readonly { anchor: string }[]): Promise<OnKey[]> {
  const wanted = listed.map(({ anchor }) => keys.license(ctx.brand.key_prefix, anchor));
  const found = await getMany(ctx.table, wanted);
  return found
    .filter((item) => item !== undefined)
    .map((item) => ({ license: parseLicenseItem(item), importId: item['import_id'] }));
}

/** The first entry of a key that the run made is a change. Of an older key, a new text since then is one. */
function isKeyChanged({ seq, text_hash, updated_at }: LicenseKey, isKeyOwn: boolean, { id }: License): boolean {
  if (isKeyOwn) return seq > 0;
  return text_hash !== undefined && updated_at >= isoSeconds(readIdTime(id));
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

/** With `cancelled`, the whole key goes, and with it the list of those that were cancelled on it. */
async function removeLicenses(
  ctx: ImportContext,
  line: number,
  licenseKey: LicenseKey,
  licenses: readonly License[],
  cancelled: readonly { id: string }[] | undefined,
): Promise<Write<Retry>[]> {
  const brand = ctx.brand.key_prefix;
  const isWhole = cancelled !== undefined;
  const orders = [...new Set(licenses.flatMap(({ external_id }) => external_id ?? []))];
  const customerKey = keys.customer(brand, licenseKey.customer_partition);
  const orderKeys = orders.map((id) => listKeys.external(brand, id));
  const itemAt = await readItems(ctx.table, [customerKey, ...orderKeys]);
  const customerItem = itemAt(customerKey);
  const customer = customerItem && parseCustomerItem(customerItem);
  const ofKey = isWhole
    ? removeKey(brand, licenseKey, cancelled)
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
    countUndone(brand, ctx.importId, line, licenses.length, ctx.nowMs),
    ...licenses.flatMap((license) => removeLicense(ctx, license)),
    ...ofKey,
    ...remembered,
    ...orderKeys.flatMap((key) => freeOrder(brand, itemAt(key), licenseKey.id, isWhole ? undefined : licenses)),
  ];
  const seats = await readSeatKeys(ctx, licenses, Math.max(0, MOST_WRITES - writes.length));
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
function removeKey(
  brand: string,
  { partition, id, seq, licenses }: LicenseKey,
  cancelled: readonly { id: string }[],
): Write<Retry>[] {
  const license_count = Object.keys(licenses).length;
  return [
    {
      remove: keys.licenseKey(brand, partition),
      guard: allOf(unchangedSince(seq), equals('license_count', license_count)),
      refused: retry,
    },
    { remove: keys.address(brand, id) },
    ...cancelled.map((one): Write<Retry> => ({ remove: listKeys.cancelledOnKey(brand, partition, one.id) })),
  ];
}

function takeOff(brand: string, { partition, licenses }: LicenseKey, { id, product }: License): Write<Retry>[] {
  const tag = computeTag(product.id);
  if (licenses[tag]?.license_id !== id) return [{ remove: listKeys.cancelledOnKey(brand, partition, id) }];
  return [changeDirectory(brand, partition, { removed: tag }, retry)];
}

/** An order number stays with the licenses of it that stay. */
function freeOrder(
  brand: string,
  item: Item | undefined,
  keyId: string,
  removed: readonly License[] | undefined,
): Write<Retry>[] {
  const order = item && parseExternalItem(item);
  if (order?.license_key_id !== keyId) return [];
  const left = order.licenses.filter(({ id }) => removed?.every((license) => license.id !== id));
  return [left.length === 0 ? freeExternal(brand, order, retry) : changeExternal(brand, order, left, retry)];
}

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
  for (const anchor of new Set(anchors)) await retrying(ctx.table, () => removeSeatsAt(ctx, anchor));
}

/** Another import, a purchase or a later run may write under the same anchor at this moment: only our seats go. */
async function removeSeatsAt(ctx: ImportContext, anchor: string): Promise<Outcome<undefined>> {
  const licenseKey = keys.license(ctx.brand.key_prefix, anchor);
  let after: Key | undefined;
  do {
    const { items, last } = await query(ctx.table, { pk: licenseKey.pk, begins: 'seat#', limit: PAGE, after });
    const own = items.filter(({ import_id }) => import_id === ctx.importId);
    if (own.length > 0 && (await getOne(ctx.table, licenseKey)) !== undefined) return done(undefined);
    for (let from = 0; from < own.length; from += MOST_WRITES - 1) {
      const some = own.slice(from, from + MOST_WRITES - 1);
      const removed = await transact(ctx.table, [
        { check: licenseKey, guard: isNew, refused: retry },
        ...some.map(({ sk }): Write<Retry> => ({
          remove: { pk: licenseKey.pk, sk: String(sk) },
          guard: anyOf(isNew, equals('import_id', ctx.importId)),
          refused: retry,
        })),
      ]);
      if (removed.kind === 'retry') return retry();
    }
    after = last;
  } while (after !== undefined);
  return done(undefined);
}
