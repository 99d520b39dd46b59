import { setImportedDue } from '../../domain/due.ts';
import { required } from '../../domain/invariant.ts';
import type { License } from '../../domain/license.ts';
import { nextVersion } from '../../domain/next-version.ts';
import { pick } from '../../domain/pick.ts';
import { newId } from '../../process/ids.ts';
import { seatKey } from '../../table/activations.ts';
import type { Customer } from '../../table/customers.ts';
import { rememberProducts } from '../../table/held-keys.ts';
import { difference, journalWrite } from '../../table/journal.ts';
import { keys } from '../../table/keys.ts';
import {
  entryOnKey,
  extendLicenseKey,
  MAX_LICENSES_PER_KEY,
  readSeatSet,
  type LicenseKey,
} from '../../table/license-keys.ts';
import { parseLicenseItem, pickLicenseFields, putChangedLicense } from '../../table/licenses.ts';
import { done, retry, type Outcome, type Retry } from '../../dynamo/outcome.ts';
import { readItems } from '../../dynamo/table.ts';
import { transact, type Write } from '../../dynamo/transact.ts';
import { bringSeats, buildLicense, countActive, markImported, type BuiltLicense } from './build.ts';
import { leaveOutCancelled } from './cancelled-in-row.ts';
import { computeCost } from './compute-cost.ts';
import { claimFurtherOrders, importAuthor, newLicenseWrites } from './license-writes.ts';
import { failed, type ImportContext, type NumberedRow, type RowNote, type RowOutcome } from './row.ts';
import { isLive, type ReadLicense, type ReadSeat } from './terms.ts';

/** More seats of one license are added in further transactions. */
const SEATS_AT_ONCE = 60;
const MOST_READ = 90;
/** DynamoDB's limit. */
const MOST_WRITES = 100;

/** `updated` counts the items of the transactions before this one, as seats may need several. */
type Update = {
  read: readonly ReadLicense[];
  notes: readonly RowNote[];
  existing: Existing;
  updated: { writes: number };
};
type Existing = { licenseKey: LicenseKey; customer: Customer };
/** `ordered` is a license whose order number is new. `isOfThisRow`: this row wrote the license before. */
type Part = { writes: Write<Retry>[]; hasMore: boolean; ordered?: License; isOfThisRow: boolean };
type Built = BuiltLicense & { hasMore: boolean };

/**
 * Brings a key that exists up to its row: the fields in the row win, licenses and seats are added, and none is removed.
 */
export async function updateKey(
  ctx: ImportContext,
  numbered: NumberedRow,
  { read: ofRow, notes: ofSites, existing, updated }: Update,
): Promise<Outcome<RowOutcome>> {
  const { licenseKey } = existing;
  const { read, notes: ofCancelled, refused } = await leaveOutCancelled(ctx, ofRow, licenseKey);
  if (refused) return done(failed('cannot_cancel', `${refused.at}/status`, CANNOT_CANCEL));
  const notes = [...ofSites, ...ofCancelled];
  const known = read.filter(({ tag }) => licenseKey.licenses[tag] !== undefined);
  const fresh = read.filter(({ tag }) => licenseKey.licenses[tag] === undefined);
  if (Object.keys(licenseKey.licenses).length + fresh.length > MAX_LICENSES_PER_KEY)
    return done(failed('too_many_licenses', 'licenses', `A key carries at most ${MAX_LICENSES_PER_KEY} licenses.`));

  const parts: Part[] = [];
  for (const license of known) {
    const part = await changeLicense(ctx, numbered, license, licenseKey);
    if (part === undefined) return retry();
    parts.push(part);
  }
  const built = fresh.map((license) => buildFresh(ctx, license, existing));
  const whole = await joinParts(ctx, numbered, existing, { changed: parts, added: built });
  const changed = parts.find(({ writes }) => writes.length > 0);
  // A row that does not fit into one transaction is written license by license.
  const one = changed ? { changed: [changed], added: [] } : { changed: [], added: built.slice(0, 1) };
  const isWhole = whole.writes.length <= MOST_WRITES;
  const next = isWhole ? whole : { ...(await joinParts(ctx, numbered, existing, one)), hasMore: true };
  if (next.writes.length === 0) {
    // A worker that died after this row had updated the key already.
    const isUpdated = updated.writes > 0 || parts.some(({ isOfThisRow }) => isOfThisRow);
    return done({ kind: isUpdated ? 'updated' : 'unchanged', writes: updated.writes, notes });
  }
  if (ctx.dryRun) return done({ kind: 'updated', ...computeCost(ctx, whole.writes), notes });
  if ((await transact(ctx.table, next.writes)).kind === 'retry') return retry();
  updated.writes += next.writes.length;
  return next.hasMore ? retry() : done({ kind: 'updated', writes: updated.writes, notes });
}

const CANNOT_CANCEL = 'The license exists and is not cancelled. An import cancels nothing: cancel it by its route.';

/** The writes of licenses that change and of new ones, and those of their order numbers. */
async function joinParts(
  ctx: ImportContext,
  numbered: NumberedRow,
  existing: Existing,
  { changed, added }: { changed: readonly Part[]; added: readonly Built[] },
): Promise<Pick<Part, 'writes' | 'hasMore'>> {
  const ordered = [...changed.flatMap((part) => part.ordered ?? []), ...added.map(({ license }) => license)];
  return {
    hasMore: changed.some((part) => part.hasMore) || added.some(({ hasMore }) => hasMore),
    writes: [
      ...changed.flatMap(({ writes }) => writes),
      ...(added.length === 0 ? [] : addLicenses(ctx, numbered, added, existing)),
      ...(await claimFurtherOrders(ctx, existing.licenseKey.id, ordered)),
    ],
  };
}

/** The import and the row that wrote a license last. A later change keeps the mark. */
const ROW_MARK = 'import_row';
const markOf = ({ importId }: ImportContext, { line }: NumberedRow): string => `${importId} ${String(line)}`;

const markRow = (ctx: ImportContext, numbered: NumberedRow, write: Write<Retry>): Write<Retry> =>
  'put' in write ? { ...write, put: { ...write.put, [ROW_MARK]: markOf(ctx, numbered) } } : write;

/** Undefined if the license has left the key since that was read. */
async function changeLicense(
  ctx: ImportContext,
  numbered: NumberedRow,
  { given, terms, tag, seats }: ReadLicense,
  licenseKey: LicenseKey,
): Promise<Part | undefined> {
  const brand = ctx.brand.key_prefix;
  const entry = required(licenseKey.licenses[tag], 'a license that is changed is on the key');
  const { anchor, seat_set } = readSeatSet(licenseKey, tag, entry);
  const itemKey = keys.license(brand, anchor);
  const item = (await readItems(ctx.table, [itemKey]))(itemKey);
  const previous = item && parseLicenseItem(item);
  const isStill = previous?.key_partition === licenseKey.partition && previous.seat_set === seat_set;
  if (previous === undefined || !isStill || !isLive(previous)) return undefined;
  const missing = await findMissingSeats(ctx, previous, seats);
  // The mark shows that the fields of this row are there already. What was changed since then is kept.
  const isOfThisRow = item?.[ROW_MARK] === markOf(ctx, numbered);
  const wanted = isOfThisRow ? previous : applyRow(ctx, previous, { given, terms });
  const isSame = Object.keys(difference(pickLicenseFields(previous), pickLicenseFields(wanted)).after).length === 0;
  if (isSame && missing.length === 0) return { writes: [], hasMore: false, isOfThisRow };
  const added = missing.slice(0, SEATS_AT_ONCE);
  const { license, writes } = bringSeats(ctx, nextVersion(wanted, ctx.nowMs), added);
  const { before, after } = difference(pickLicenseFields(previous), pickLicenseFields(license));
  const isOrderNew = license.external_id !== previous.external_id;
  return {
    isOfThisRow,
    hasMore: missing.length > SEATS_AT_ONCE,
    ...(isOrderNew ? { ordered: license } : {}),
    writes: [
      ...writes,
      markRow(ctx, numbered, putChangedLicense(brand, license, retry)),
      journalWrite(importAuthor(ctx), {
        type: 'license.imported',
        entity: { type: 'license', id: license.id },
        seq: license.seq,
        notBefore: previous.updated_at,
        license: pickLicenseFields(license),
        before,
        after: { ...after, activations_added: countActive(added) },
      }),
    ],
  };
}

const EXPIRY = ['expires_at', 'expiry_day', 'starts_on_activation'] as const;

/** A duration that has begun here does not wait again, and an equal date keeps the day that renewals return to. */
function findExpiry(
  before: License,
  { given, terms }: Pick<ReadLicense, 'given' | 'terms'>,
): Partial<Pick<License, (typeof EXPIRY)[number]>> {
  const waits = terms.starts_on_activation !== null;
  if (waits && before.starts_on_activation === null && before.expires_at !== null) return {};
  const isSame = terms.expires_at === before.expires_at && given.expiry_day === undefined;
  return { ...pick(EXPIRY, terms), ...(isSame ? { expiry_day: before.expiry_day } : {}) };
}

/** The license with the fields that the row has. */
function applyRow(
  ctx: ImportContext,
  before: License,
  { given, terms }: Pick<ReadLicense, 'given' | 'terms'>,
): License {
  const license: License = {
    ...before,
    ...(given.status === undefined ? {} : { status: terms.status }),
    ...(given.seat_limit === undefined ? {} : { seat_limit: given.seat_limit }),
    ...findExpiry(before, { given, terms }),
    ...(given.duration === undefined ? {} : { duration: given.duration }),
    ...(given.metadata === undefined ? {} : { metadata: given.metadata }),
    ...(given.policy === undefined ? {} : { policy: { ...before.policy, ...given.policy } }),
    external_id: given.external_id ?? before.external_id,
  };
  return license.expires_at === before.expires_at && license.status === before.status
    ? license
    : setImportedDue(license, ctx.nowMs);
}

/** A site that was deactivated here stays so: the old system does not know of it. */
async function findMissingSeats(
  ctx: ImportContext,
  { anchor, seat_set }: License,
  seats: readonly ReadSeat[],
): Promise<ReadSeat[]> {
  const missing: ReadSeat[] = [];
  for (let from = 0; from < seats.length && missing.length <= SEATS_AT_ONCE; from += MOST_READ) {
    const some = seats.slice(from, from + MOST_READ);
    const keyFor = ({ instance }: ReadSeat) => seatKey(ctx.brand.key_prefix, anchor, seat_set, instance);
    const itemAt = await readItems(ctx.table, some.map(keyFor));
    missing.push(...some.filter((seat) => itemAt(keyFor(seat)) === undefined));
  }
  return missing;
}

/** A license with the seats that fit beside it. The next try finds it on the key and adds the others. */
function buildFresh(ctx: ImportContext, read: ReadLicense, { licenseKey, customer }: Existing): Built {
  const seats = read.seats.slice(0, SEATS_AT_ONCE);
  const carrier = { key: licenseKey, customer, anchor: newId(ctx.nowMs) };
  return { ...buildLicense(ctx, { ...read, seats }, carrier), hasMore: seats.length < read.seats.length };
}

/** Licenses of products that the key does not carry yet. */
function addLicenses(
  ctx: ImportContext,
  numbered: NumberedRow,
  built: readonly Built[],
  { licenseKey, customer }: Existing,
): Write<Retry>[] {
  const brand = ctx.brand.key_prefix;
  const directory = Object.fromEntries(built.map(({ tag, license }) => [tag, entryOnKey(license)]));
  const isHeld = licenseKey.per_customer;
  return [
    ...built.flatMap(({ license, seats, active }) => [
      ...newLicenseWrites(ctx, license, active).map((write) =>
        write.journal === true ? write : markRow(ctx, numbered, markImported(ctx, write)),
      ),
      ...seats,
    ]),
    extendLicenseKey(brand, licenseKey, directory, retry),
    ...(isHeld ? [rememberProducts(brand, customer, licenseKey.id, Object.keys(directory), retry)] : []),
  ];
}
