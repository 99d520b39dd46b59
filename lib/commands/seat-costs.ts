import { required } from '../domain/invariant.ts';
import type { License } from '../domain/license.ts';
import { freeSites, hasStagingRoom } from '../domain/seat-costs.ts';
import { isoSeconds } from '../domain/time.ts';
import { putUse } from '../table/activation-by-id.ts';
import { type StoredActivation } from '../table/activations.ts';
import { readSeatPage } from '../table/seat-page.ts';
import { retry, type Retry } from '../dynamo/outcome.ts';
import type { Table } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import type { SeatStep } from './seat-steps.ts';

/** A transaction has at most 100 items; a swap with an idempotency key needs seven beside these. */
export const FREED_AT_ONCE = 90;

type Change = {
  /** The license before the change, whose seats are read. */
  previous: License;
  /** The license after the change. */
  license: License;
  /** Activations that the change writes itself. */
  changed: ReadonlySet<string>;
  nowMs: number;
};

/** Decides what all other sites cost. A job decides about those that are left. */
export type Recounted = { license: License; writes: (license: License) => Write<Retry>[]; freed: number };

/** Recomputes what sites cost after a seat changed. Reads them only if one of them may have become free. */
export function recountAfterSeat(table: Table<'Query'>, brand: string, change: Change): Promise<Recounted> {
  const { policy, costly_staging, recount_at } = change.license;
  const mayFree = policy.development_sites_free === true && costly_staging && hasStagingRoom(change.license);
  return mayFree && recount_at === null ? recount(table, brand, change) : Promise.resolve(unchanged(change));
}

/** Recomputes what sites cost after the limit or the policy changed. */
export function recountAfterTerms(table: Table<'Query'>, brand: string, change: Change): Promise<Recounted> {
  const { previous, license } = change;
  const mayFree = license.policy.development_sites_free === true && license.seats_used > 0;
  return mayFree && termsOf(previous) !== termsOf(license)
    ? recount(table, brand, change)
    : Promise.resolve(unchanged(change));
}

/** The terms that decide what sites cost. */
const termsOf = ({ seat_limit, policy: { development_sites_free, staging_hosts } }: License): string =>
  JSON.stringify([seat_limit, development_sites_free === true, staging_hosts ?? []]);

const unchanged = ({ license }: Change): Recounted => ({ license, writes: () => [], freed: 0 });

async function recount(
  table: Table<'Query'>,
  brand: string,
  { previous, license, changed, nowMs }: Change,
): Promise<Recounted> {
  const { sites, isWhole } = await readSeatPage(table, brand, previous, nowMs);
  const others = sites.filter(({ activation }) => !changed.has(activation.id));
  const after = freeSites(license, others, FREED_AT_ONCE);
  const isDone = isWhole && !after.hasMore;
  return {
    license: isDone
      ? { ...after.license, recount_at: null }
      : { ...after.license, costly_staging: true, recount_at: isoSeconds(nowMs) },
    writes: (written) => writeUses(after.freed, written),
    freed: after.freed.length,
  };
}

/** The writes of sites that stop counting. */
export const writeUses = (
  freed: readonly { site: StoredActivation; activation: StoredActivation['activation'] }[],
  license: License,
): Write<Retry>[] =>
  freed.map(({ site, activation }) => putUse({ key: site.key, activation }, site.activation, license, retry));

/** The steps of a change and of what follows from it. Freed sites get an entry of their own, next to the change's. */
export function withRecount(steps: readonly SeatStep[], { license, writes, freed }: Recounted): SeatStep[] {
  if (freed > 0) return [...steps, { event: 'license.updated', license, writes }];
  const last = required(steps.at(-1), 'a change has a step');
  return [...steps.slice(0, -1), { ...last, license }];
}
