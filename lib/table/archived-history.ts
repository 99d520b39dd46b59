import { ARCHIVED } from '../dynamo/archived-items.ts';
import { allOf, attributeMissing, equals, isNew, isPresent } from '../dynamo/condition.ts';
import { query } from '../dynamo/query.ts';
import type { Key } from '../dynamo/schema.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import { archiveKeys, PLATFORM, platformKeys } from './keys.ts';
import type { OpenOwners } from './due.ts';

/**
 * A part of a license's history in the archive: the entries `from` to `to`, both included. It is written before its
 * object, and `moving` until the last of its entries is archived.
 */
export type ArchivedPart = {
  license_id: string;
  from: number;
  to: number;
  sha256: string;
  state: 'moving' | 'archived';
  begun_at: string;
};

/** More than any history has: a part has hundreds of entries. */
const MOST_PARTS = 1_000;

/** The parts of a history, oldest first. */
export async function readArchivedParts(
  table: Table<'Query'>,
  brand: string,
  licenseId: string,
): Promise<ArchivedPart[]> {
  const { pk } = archiveKeys.stop(brand, licenseId);
  const { items } = await query(table, { pk, begins: 'archive#', limit: MOST_PARTS });
  return items.map(({ pk: _pk, sk: _sk, ...part }) => part as ArchivedPart);
}

const partKey = (brand: string, { license_id, from }: ArchivedPart): Key => archiveKeys.part(brand, license_id, from);

export const putNewPart = <R>(brand: string, part: ArchivedPart, refused: () => R): Write<R> => ({
  put: { ...partKey(brand, part), ...part },
  guard: isNew,
  refused,
});

export const putFinishedPart = <R>(brand: string, part: ArchivedPart, refused: () => R): Write<R> => ({
  update: partKey(brand, part),
  set: { state: 'archived' satisfies ArchivedPart['state'] },
  guard: allOf(isPresent, equals('sha256', part.sha256)),
  refused,
});

export const removePart = (brand: string, part: ArchivedPart): Write<never> => ({ remove: partKey(brand, part) });

/** An erasure stops the archive before it reads a history: nothing of it may move from then on. */
export const putArchiveStop = (brand: string, licenseId: string): Write<never> => ({
  put: archiveKeys.stop(brand, licenseId),
});

export const checkNotStopped = <R>(brand: string, licenseId: string, refused: () => R): Write<R> => ({
  check: archiveKeys.stop(brand, licenseId),
  guard: isNew,
  refused,
});

export const isStopped = async (table: Table<'GetItem'>, brand: string, licenseId: string): Promise<boolean> =>
  (await getOne(table, archiveKeys.stop(brand, licenseId))) !== undefined;

const STAYS = ['pk', 'sk', 'group_pk', 'group_sk'] as const;

/** Leaves the keys of an entry, so that lists of days and of the history still find it, and the name of its text. */
export function putArchivedEntry<R>(item: Item, sha256: string, refused: () => R): Write<R> {
  const [pk, sk, group_pk, group_sk] = STAYS.map((name) => item[name]);
  return {
    put: { pk: String(pk), sk: String(sk), group_pk, group_sk, [ARCHIVED]: sha256 },
    guard: allOf(equals('id', item['id']), attributeMissing(ARCHIVED)),
    refused,
  };
}

export const isArchived = (item: Item): boolean => item[ARCHIVED] !== undefined;

/** A part whose object a job was about to write. */
export type PartInHand = { brand: string; license_id: string; sha256: string };

/** The progress of the job: the day that it is at, the last brand it has done there, and the parts in its hand. */
export type ArchiveMark = { day: string; brand: string; in_hand: readonly PartInHand[] };

const MARK = platformKeys.sweep('archive');

/** Undefined before the first run. */
export async function readArchiveMark(open: OpenOwners): Promise<ArchiveMark | undefined> {
  const { pk: _pk, sk: _sk, ...mark } = (await getOne(open(PLATFORM), MARK)) ?? {};
  return mark['day'] === undefined ? undefined : (mark as ArchiveMark);
}

export async function writeArchiveMark(open: OpenOwners, mark: ArchiveMark): Promise<void> {
  await transact<never>(open(PLATFORM), [{ put: { ...MARK, ...mark } }]);
}
