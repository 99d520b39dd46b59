import { isDeepStrictEqual } from 'node:util';
import { seatCeiling } from '../domain/terms.ts';
import type { LicenseFields } from '../events/catalog.ts';
import { readEntry, type JournalEntry } from '../events/entry.ts';
import { licenseAfter } from '../events/license-history.ts';
import { LICENSE_FIELDS } from '../events/license-fields.ts';
import { pick } from '../domain/pick.ts';
import { parseJournalItem } from '../table/journal.ts';
import type { Stored } from './kinds.ts';

/** The sum of one history: what its last entry leaves behind, and where it is broken. */
export type History = {
  entity: JournalEntry['entity'] | null;
  /** The id of the product of a release, which has no address by its own id. */
  product: string | null;
  /** The number and type of the last entry. */
  seq: number;
  type: string;
  occurred_at: string;
  rebuilt: LicenseFields | null;
  gaps: string[];
  times: string[];
  chain: string[];
  ceiling: string[];
};

/** The active seats of a license by seat set: those that count, and staging sites that do not. */
export type SeatSum = { license: Stored['item'] | null; bySet: Record<string, { seats: number; staging: number }> };

/** A broken history of a million entries is described by its first faults. */
const KEPT = 5;
const keep = (list: string[], what: string): void => {
  if (list.length < KEPT) list.push(what);
};

const openHistory = (): History => ({
  entity: null,
  product: null,
  seq: 0,
  type: '',
  occurred_at: '',
  rebuilt: null,
  gaps: [],
  times: [],
  chain: [],
  ceiling: [],
});

/** Adds up one partition item by item, so that a history or a license of any size takes little memory. */
export type PartitionSums = { add: (stored: Stored) => void; end: () => Stored[] };

export function openPartitionSums(): PartitionSums {
  let history: { at: Stored; sum: History } | undefined;
  let seats: { at: Stored; sum: SeatSum } | undefined;
  return {
    add(stored) {
      if (stored.kind === 'journal-entry') {
        history ??= { at: stored, sum: openHistory() };
        addEntry(history.sum, stored);
      }
      if (stored.kind === 'license' || stored.kind === 'seat') {
        seats ??= { at: stored, sum: { license: null, bySet: {} } };
        addSeat(seats.sum, stored);
      }
    },
    end: () => [
      ...(history ? [{ ...history.at, sk: 'journal#', kind: 'history' as const, item: { ...history.sum } }] : []),
      ...(seats ? [{ ...seats.at, sk: 'license', kind: 'seat-sum' as const, item: { ...seats.sum } }] : []),
    ],
  };
}

function addSeat(sum: SeatSum, { kind, sk, item }: Stored): void {
  if (kind === 'license') sum.license = item;
  const [, set = ''] = sk.split('#');
  if (kind !== 'seat' || item['status'] !== 'active') return;
  const counted = sum.bySet[set] ?? { seats: 0, staging: 0 };
  sum.bySet[set] = counted;
  if (item['takes_seat'] === true) counted.seats += 1;
  if (item['free_staging'] === true) counted.staging += 1;
}

function addEntry(sum: History, { sk, item }: Stored): void {
  const read = readEntry(parseJournalItem(item));
  const seq = Number(sk.slice('journal#'.length));
  if (seq !== sum.seq + 1) keep(sum.gaps, `entry ${seq} follows entry ${sum.seq}`);
  sum.seq = seq;
  if (read.kind === 'unreadable') return;
  const { entry } = read;
  if (entry.occurred_at < sum.occurred_at)
    keep(sum.times, `entry ${seq} is dated ${entry.occurred_at}, before ${sum.occurred_at}`);
  if (entry.type === 'release.created') sum.product = (entry.after as { product: { id: string } }).product.id;
  if (entry.entity.type === 'license') addReadableEntry(sum, entry);
  Object.assign(sum, { entity: entry.entity, type: entry.type, occurred_at: entry.occurred_at });
}

/** An entry may be readable as such, and lack fields of its license. */
function addReadableEntry(sum: History, entry: JournalEntry): void {
  try {
    addLicenseEntry(sum, entry);
  } catch {
    keep(sum.chain, `entry ${entry.seq} lacks fields of its license`);
  }
}

const WITHOUT_TEXT = LICENSE_FIELDS.filter((field) => field !== 'metadata');

/** An erasure overwrites metadata in the middle of a history, so metadata is compared at its end alone. */
function addLicenseEntry(sum: History, entry: JournalEntry): void {
  const previous = sum.rebuilt;
  const before = pick(WITHOUT_TEXT, (entry.before ?? {}) as Partial<LicenseFields>);
  for (const [field, value] of Object.entries(before)) {
    if (isDeepStrictEqual(value, previous?.[field as keyof LicenseFields])) continue;
    keep(sum.chain, `entry ${entry.seq} begins with another ${field} than the entry before left`);
  }
  const next = licenseAfter(previous ?? undefined, entry) ?? null;
  if (previous && next && entry.type === 'license.activated') {
    const ceiling = seatCeiling(previous.seat_limit, previous.policy);
    if (next.seats_used > previous.seats_used && next.seats_used > ceiling)
      keep(sum.ceiling, `entry ${entry.seq} took seat ${next.seats_used} of ${ceiling}`);
  }
  sum.rebuilt = next;
}
