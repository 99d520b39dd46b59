import { byLastSeen } from '../domain/idle-seats.ts';
import type { License } from '../domain/license.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { readActivation, type StoredActivation } from './activations.ts';
import { keys } from './keys.ts';
import { type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Key } from '../dynamo/schema.ts';

/** The active sites of one page of a license's seats, longest unseen first. `isWhole`: there is no other page. */
export type SeatPage = { sites: readonly StoredActivation[]; isWhole: boolean };

/** DynamoDB ends a page at 1 MB, which is about as many. */
const PAGE = 1_000;
/** A page may have 1 MB, so a container keeps only those that were asked for last. */
const REMEMBERED = 16;
const REMEMBERED_MS = MINUTE_MS;

type Remembered = { seq: number; readMs: number; page: SeatPage };
const remembered = new Map<string, Remembered>();

const nameOf = ({ name }: Pick<Table, 'name'>, { pk, sk }: Key): string => `${name} ${pk} ${sk}`;

/**
 * The first page of a license's seats, which a container remembers for a minute while no seat changes. The times of the
 * last checks may trail by that minute.
 */
export async function readSeatPage(
  table: Table<'Query'>,
  brand: string,
  { anchor, seat_set, seq }: Pick<License, 'anchor' | 'seat_set' | 'seq'>,
  nowMs: number,
): Promise<SeatPage> {
  const seats = keys.seat(brand, anchor, seat_set, '');
  const name = nameOf(table, seats);
  const known = remembered.get(name);
  if (known?.seq === seq && Math.abs(nowMs - known.readMs) < REMEMBERED_MS) return known.page;
  const page = await readPageOfSites(table, seats);
  remembered.delete(name);
  remembered.set(name, { seq, readMs: nowMs, page });
  for (const oldest of remembered.keys()) {
    if (remembered.size <= REMEMBERED) break;
    remembered.delete(oldest);
  }
  return page;
}

/** Forgets a page that has turned out to be out of date. */
export function forgetSeatPage(
  table: Pick<Table, 'name'>,
  brand: string,
  { anchor, seat_set }: Pick<License, 'anchor' | 'seat_set'>,
): void {
  remembered.delete(nameOf(table, keys.seat(brand, anchor, seat_set, '')));
}

/** All active sites of a license, longest unseen first: for jobs. */
export async function readAllSites(
  table: Table<'Query'>,
  brand: string,
  { anchor, seat_set }: Pick<License, 'anchor' | 'seat_set'>,
): Promise<StoredActivation[]> {
  const seats = keys.seat(brand, anchor, seat_set, '');
  const all: StoredActivation[] = [];
  let after: Key | undefined;
  do {
    const { sites, last } = await readSites(table, seats, after);
    all.push(...sites);
    after = last;
  } while (after !== undefined);
  return sorted(all);
}

async function readPageOfSites(table: Table<'Query'>, seats: Key): Promise<SeatPage> {
  const { sites, last } = await readSites(table, seats);
  return { sites: sorted(sites), isWhole: last === undefined };
}

async function readSites(
  table: Table<'Query'>,
  { pk, sk }: Key,
  after?: Key,
): Promise<{ sites: StoredActivation[]; last: Key | undefined }> {
  const { items, last } = await query(table, { pk, begins: sk, limit: PAGE, after });
  return { sites: items.map(readActivation).filter(({ activation }) => activation.status === 'active'), last };
}

const sorted = (sites: readonly StoredActivation[]): StoredActivation[] =>
  sites.toSorted((a, b) => byLastSeen(a.activation, b.activation));
