import type { License } from '../domain/license.ts';
import { freeSites } from '../domain/seat-costs.ts';
import { setDue } from '../domain/due.ts';
import type { JobContext } from '../job.ts';
import { moveDue, type DueEntry } from '../table/due.ts';
import { parseLicenseItem } from '../table/licenses.ts';
import { readAllSites } from '../table/seat-page.ts';
import type { StoredActivation } from '../table/activations.ts';
import { retry, type Retry } from '../dynamo/outcome.ts';
import { pauseForOthers } from '../dynamo/retrying.ts';
import { getMany, type Table } from '../dynamo/table.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import { FREED_AT_ONCE, writeUses } from './seat-costs.ts';
import { planSteps } from './seat-steps.ts';

/**
 * Frees the sites of a license that one transaction could not, longest unseen first. Starts again when somebody else
 * changed the license, and leaves the rest to the next run when time is up.
 */
export async function settleCosts(ctx: JobContext, table: Table, { brand, key }: DueEntry): Promise<void> {
  for (let attempt = 1; !ctx.stop.aborted; attempt += 1) {
    const [item] = await getMany(table, [key]);
    if (item === undefined) return;
    const license = parseLicenseItem(item);
    if (license.recount_at === null) return;
    if (await freeInTurn(ctx, table, brand, license)) return;
    await pauseForOthers(table, attempt);
  }
}

/** False if somebody else changed the license or one of its sites. */
async function freeInTurn(ctx: JobContext, table: Table, brand: string, license: License): Promise<boolean> {
  let current = license;
  let left: readonly StoredActivation[] = await readAllSites(table, brand, license);
  while (current.recount_at !== null && !ctx.stop.aborted) {
    const { license: after, freed, hasMore } = freeSites(current, left, FREED_AT_ONCE);
    const next: License = hasMore ? { ...after, costly_staging: true } : { ...after, recount_at: null, due_at: null };
    const planned =
      freed.length > 0 ? planFreed(ctx, brand, current, next, freed) : planNone(ctx, brand, current, next);
    if ((await transact(table, planned.writes)).kind !== 'done') return false;
    current = planned.license;
    const done = new Set(freed.map(({ site }) => site));
    left = left.filter((site) => !done.has(site));
  }
  return true;
}

function planFreed(
  ctx: JobContext,
  brand: string,
  previous: License,
  next: License,
  freed: Parameters<typeof writeUses>[0],
): { license: License; writes: Write<Retry>[] } {
  const author = {
    brand,
    actor: { type: 'system' as const, id: 'sweep-due' },
    requestId: ctx.requestId,
    nowMs: ctx.now(),
  };
  const step = { event: 'license.updated' as const, license: next, writes: (to: License) => writeUses(freed, to) };
  return planSteps(author, previous, [step], { lost: retry });
}

/** No site was left. Callers see no change, so it takes no number and no journal entry. */
function planNone(ctx: JobContext, brand: string, previous: License, next: License) {
  const license = setDue(next, ctx.now());
  const { recount_at, costly_staging } = license;
  const write = moveDue(brand, previous, license, retry);
  return { license, writes: [{ ...write, set: { ...write.set, recount_at, costly_staging } }] };
}
