import { normaliseChecked } from '../domain/email.ts';
import { isMistypedKey } from '../domain/license-key.ts';
import { unpastedKey } from '../domain/pasted.ts';
import type { Customer } from '../table/customers.ts';
import { findCustomer, type Slot } from '../table/email-slots.ts';
import { parseExternalItem } from '../table/externals.ts';
import { hashKeyText } from '../table/imported-address.ts';
import { keys, listKeys } from '../table/keys.ts';
import { parseLicenseKeyItem, type LicenseKey } from '../table/license-keys.ts';
import { noteSimilarKeys } from '../table/similar-keys.ts';
import { keySecret } from '../views/license-key-view.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getOne, readItems, type Item, type ItemAt } from '../dynamo/table.ts';
import { keptText } from './import/build.ts';
import { createKey } from './create-imported-key.ts';
import {
  failed,
  type ImportContext,
  type NumberedRow,
  type RowFaultCode,
  type RowNote,
  type RowOutcome,
} from './import/row.ts';
import { readLicenses, type ReadLicense } from './import/terms.ts';
import { updateKey } from './import/update.ts';

/** Shorter texts can be guessed by trying. */
const SHORTEST_KEY = 8;

/** Tries in a row without a write. Other writers never hold the same items for so long. */
const MOST_TRIES = 100;

type Prepared = {
  numbered: NumberedRow;
  read: readonly ReadLicense[];
  notes: RowNote[];
  partition: string;
  person: { email: string; shown: string };
  emailHash: string;
};

/**
 * Imports one row: a license key with its licenses and seats, all or nothing. One batch of reads, then one transaction.
 * A row that was written before, by this run or another one, changes nothing.
 */
export async function importRow(ctx: ImportContext, numbered: NumberedRow): Promise<RowOutcome> {
  const prepared = prepareRow(ctx, numbered);
  if ('kind' in prepared) return prepared;
  const { key_prefix } = ctx.brand;
  if (!ctx.dryRun && isMistypedKey(numbered.row.license_key, key_prefix)) await noteSimilarKeys(ctx.table, key_prefix);
  const updated = { writes: 0 };
  const attempt = (): Promise<RowOutcome> => {
    const progress = { writes: updated.writes, tries: 0 };
    return retrying(ctx.table, () => {
      const hasWritten = updated.writes > progress.writes;
      Object.assign(progress, { writes: updated.writes, tries: hasWritten ? 1 : progress.tries + 1 });
      if (progress.tries > MOST_TRIES) throw new Error('a row was tried too often');
      return tryRow(ctx, prepared, updated);
    });
  };
  const outcome = await attempt();
  // A batch read is no snapshot: half of a row that another import or a purchase wrote meanwhile may be missing in it.
  return outcome.kind === 'failed' && COMPARES_ITEMS.has(outcome.fault.code) ? attempt() : outcome;
}

/** Faults that follow from several items read together. */
const COMPARES_ITEMS: ReadonlySet<RowFaultCode> = new Set([
  'external_id_taken',
  'key_of_another_customer',
  'key_twice_in_file',
]);

/** False for a row whose fault is the same whatever the brand has. */
export const isReadable = (ctx: ImportContext, numbered: NumberedRow): boolean =>
  !('kind' in prepareRow(ctx, numbered));

function prepareRow(ctx: ImportContext, numbered: NumberedRow): Prepared | (RowOutcome & { kind: 'failed' }) {
  const { row } = numbered;
  const isShort = unpastedKey(row.license_key).length < SHORTEST_KEY;
  if (isShort && ctx.brand.settings.allow_short_keys !== true) {
    const message = `The key has fewer than ${SHORTEST_KEY} characters, which the brand does not allow.`;
    return failed('key_too_short', 'license_key', message);
  }
  const person = normaliseChecked(row.customer_email);
  const read = readLicenses(ctx, row);
  if ('kind' in read) return read;
  return {
    numbered,
    read: read.licenses,
    notes: read.notes,
    partition: hashKeyText(ctx.vault, ctx.brand.key_prefix, row.license_key),
    person,
    emailHash: ctx.vault.keyedHash(person.email, 'email'),
  };
}

async function tryRow(
  ctx: ImportContext,
  prepared: Prepared,
  updated: { writes: number },
): Promise<Outcome<RowOutcome>> {
  const brand = ctx.brand.key_prefix;
  const { numbered, read, notes, partition, person, emailHash } = prepared;
  const orders = read.flatMap(({ given }) => given.external_id ?? []);
  const [keyKey, slotKey] = [keys.licenseKey(brand, partition), keys.customer(brand, emailHash)];
  const itemAt = await readItems(ctx.table, [keyKey, slotKey, ...orders.map((id) => listKeys.external(brand, id))]);
  const slot: Slot = { hash: emailHash, item: itemAt(slotKey) };
  const customer = await findCustomer(ctx.table, brand, slot);
  if (customer.kind !== 'done') return customer;
  const present = itemAt(keyKey);
  const taken = findTakenOrder(ctx, read, itemAt, present);
  if (taken) return done(taken);
  if (present !== undefined) return meetKey(ctx, prepared, { present, customer: customer.value }, updated);
  const created = await createKey(
    ctx,
    { numbered, read, partition, person: { slot, shown: person.shown } },
    customer.value,
  );
  if (created.kind !== 'done') return created;
  return done('kind' in created.value ? created.value : { kind: 'created', ...created.value, notes });
}

/** An order number is used once within a brand. That of the row's own key is no fault. */
function findTakenOrder(
  ctx: ImportContext,
  read: readonly ReadLicense[],
  itemAt: ItemAt,
  present: Item | undefined,
): (RowOutcome & { kind: 'failed' }) | undefined {
  for (const { given, at } of read) {
    const order = given.external_id ?? undefined;
    const item = order === undefined ? undefined : itemAt(listKeys.external(ctx.brand.key_prefix, order));
    if (item === undefined || parseExternalItem(item).license_key_id === present?.['id']) continue;
    return failed('external_id_taken', `${at}/external_id`, 'Another key of this brand has this order number.');
  }
  return undefined;
}

type Met = { present: Item; customer: Customer | undefined };

/** The key exists: it was made by this run, by another one, or by a purchase. */
async function meetKey(
  ctx: ImportContext,
  { numbered, read, notes, partition }: Prepared,
  { present, customer }: Met,
  updated: { writes: number },
): Promise<Outcome<RowOutcome>> {
  const textPartition = String(present['partition']);
  const item =
    textPartition === partition
      ? present
      : await getOne(ctx.table, keys.licenseKey(ctx.brand.key_prefix, textPartition));
  if (item === undefined) return retry();
  const licenseKey = parseLicenseKeyItem(item);
  const isOfThisRun = item['import_id'] === ctx.importId;
  const unchanged: RowOutcome = { kind: 'unchanged', writes: 0, notes: [] };
  if (isOfThisRun && item['import_line'] === numbered.line) return done({ ...unchanged, kind: 'created' });
  if (!isSameSpelling(ctx, numbered, licenseKey)) {
    const message = 'The brand has this key in another spelling, which a plugin could not tell from it.';
    return done(failed('key_in_other_spelling', 'license_key', message));
  }
  if (customer?.partition !== licenseKey.customer_partition) {
    const code = isOfThisRun ? 'key_twice_in_file' : 'key_of_another_customer';
    return done(failed(code, 'customer_email', 'The key belongs to another customer.'));
  }
  if (isOfThisRun || ctx.onConflict === 'skip') return done(unchanged);
  if (ctx.onConflict === 'fail') return done(failed('key_exists', 'license_key', 'The brand has this key already.'));
  return updateKey(ctx, numbered, { read, notes, existing: { licenseKey, customer }, updated });
}

/** A key that was rotated shows another text, so its first one cannot be compared. */
function isSameSpelling(ctx: ImportContext, { row }: NumberedRow, licenseKey: LicenseKey): boolean {
  if (licenseKey.text_hash !== undefined) return true;
  return keySecret(ctx, licenseKey).text === keptText(ctx.brand.key_prefix, row.license_key);
}
