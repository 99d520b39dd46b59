import { isoSeconds } from '../domain/time.ts';
import { listCancelled } from '../table/cancelled-licenses.ts';
import type { Customer } from '../table/customers.ts';
import { keys } from '../table/keys.ts';
import { entryOnKey, putNewLicenseKey, type LicenseKey } from '../table/license-keys.ts';
import { isNew } from '../dynamo/condition.ts';
import { done, retry, type Outcome, type Retry } from '../dynamo/outcome.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import { customerWrites, newCustomer, type Person } from './purchase/carrier.ts';
import { buildKey, buildLicense, chooseAnchor, markImported, type BuiltLicense } from './import/build.ts';
import { claimOrders, newLicenseWrites } from './import/license-writes.ts';
import { computeCost, type Cost } from './import/compute-cost.ts';
import { failed, type ImportContext, type NumberedRow, type RowOutcome } from './import/row.ts';
import { isLive, type ReadLicense } from './import/terms.ts';

/** DynamoDB's limit. */
const MOST_WRITES = 100;
/** One place is for the guard that the license is not there yet. */
const SEATS_AT_ONCE = MOST_WRITES - 1;

type New = { numbered: NumberedRow; read: readonly ReadLicense[]; partition: string; person: Person };

/**
 * Writes a row whose key is new. It is one transaction, or, with more seats than that holds, the seats in several and
 * the rest last: until then nothing leads to them.
 */
export async function createKey(
  ctx: ImportContext,
  row: New,
  previous: Customer | undefined,
): Promise<Outcome<Cost | (RowOutcome & { kind: 'failed' })>> {
  const whole = buildRow(ctx, row, previous, false);
  const seats = whole.built.flatMap((license) => license.seats);
  if (whole.writes.length + seats.length <= MOST_WRITES) {
    return commitAll(ctx, [...whole.writes, ...seats], []);
  }
  const { built, writes } = buildRow(ctx, row, previous, true);
  if (writes.length > MOST_WRITES) {
    const message =
      'The key has too many licenses at once. Bring some of them by a later import with on_conflict update.';
    return done(failed('too_many_licenses', 'licenses', message));
  }
  if (!ctx.dryRun) for (const license of built) if (!(await stageSeats(ctx, license))) return retry();
  return commitAll(
    ctx,
    writes,
    built.flatMap((license) => license.seats),
  );
}

/** `staged` was written before. */
async function commitAll(
  ctx: ImportContext,
  writes: readonly Write<Retry>[],
  staged: readonly Write<Retry>[],
): Promise<Outcome<Cost>> {
  const cost = computeCost(ctx, [...writes, ...staged]);
  if (ctx.dryRun) return done(cost);
  const outcome = await transact(ctx.table, writes);
  return outcome.kind === 'done' ? done(cost) : outcome;
}

/** False if the license is there already: another worker was faster. */
async function stageSeats(ctx: ImportContext, { license, seats }: BuiltLicense): Promise<boolean> {
  const isNotThere: Write<Retry> = {
    check: keys.license(ctx.brand.key_prefix, license.anchor),
    guard: isNew,
    refused: retry,
  };
  for (let from = 0; from < seats.length; from += SEATS_AT_ONCE) {
    // A worker that died may have written some of them.
    const some = seats.slice(from, from + SEATS_AT_ONCE).map(withoutGuard);
    const staged = await transact(ctx.table, [isNotThere, ...some]);
    if (staged.kind === 'retry') return false;
  }
  return true;
}

const withoutGuard = ({ guard: _guard, refused: _refused, ...write }: Write<Retry>): Write<Retry> =>
  write as Write<Retry>;

/** The licenses of a row, and all of its writes but those of the seats. */
function buildRow(
  ctx: ImportContext,
  { numbered, read, partition, person }: New,
  previous: Customer | undefined,
  isStaged: boolean,
): { built: BuiltLicense[]; writes: Write<Retry>[] } {
  const brand = ctx.brand.key_prefix;
  const customer = previous ?? newCustomer(ctx, person, numbered.row.customer_created_at ?? isoSeconds(ctx.nowMs));
  const { text: _text, ...key } = buildKey(ctx, numbered, { partition, customer });
  const built = read.map((license, index) => {
    const isApart = isStaged || !isLive(license.terms);
    const anchor = chooseAnchor(ctx, partition, numbered.line, { index, tag: license.tag, isStaged: isApart });
    return buildLicense(ctx, license, { key, customer, anchor });
  });
  const live = built.filter(({ license }) => isLive(license));
  const cancelled = built.filter(({ license }) => !isLive(license));
  const directory = (some: readonly BuiltLicense[]): LicenseKey['licenses'] =>
    Object.fromEntries(some.map(({ tag, license }) => [tag, entryOnKey(license)]));
  const whole: LicenseKey = { ...key, licenses: directory(live), cancelled: directory(cancelled) };
  const left = cancelled.map(({ tag }) => tag).filter((tag) => !live.some((one) => one.tag === tag));
  const held = { ...key, tags: [], left };
  const carried = key.per_customer ? { key: held, added: live.map(({ tag }) => tag), isNew: true } : undefined;
  const writes = [
    ...customerWrites(brand, person.slot, customer, previous && asOwn(ctx, previous), carried),
    ...withLine(putNewLicenseKey(brand, whole), numbered.line),
    ...built.flatMap(({ license, active }) => newLicenseWrites(ctx, license, active)),
    ...cancelled.map(({ license }) => listCancelled(brand, partition, license)),
    ...claimOrders(
      brand,
      built.map(({ license }) => license),
    ),
  ];
  return { built, writes: writes.map((write) => (write.journal === true ? write : markImported(ctx, write))) };
}

/** A further row of the run that made a customer is no use by others. */
function asOwn({ importId }: ImportContext, { import_id, ...customer }: Customer): Customer {
  return import_id === undefined || import_id === importId ? customer : { ...customer, import_id };
}

/** The line of the row that made the key tells a row that runs again from another row with the same key. */
const withLine = (writes: readonly Write<never>[], line: number): Write<Retry>[] =>
  writes.map((write, i): Write<Retry> => {
    // A key that is there was made by another writer: the next try reads it.
    if (i !== 0 || !('put' in write)) return write;
    return { ...write, put: { ...write.put, import_line: line }, refused: retry };
  });
