import type { BrandContext } from '../../context.ts';
import {
  parseCustomerItem,
  nextListed,
  putErasureMark,
  type Customer,
  type ErasureMark,
  type LicenseThatLeft,
} from '../../table/customers.ts';
import { keys } from '../../table/keys.ts';
import { parseLicenseKeyItem } from '../../table/license-keys.ts';
import { parseLicenseItem } from '../../table/licenses.ts';
import { getOne } from '../../dynamo/table.ts';
import { transact } from '../../dynamo/transact.ts';
import { dropAnswers, dropLicenseAnswers } from './answers.ts';
import { dropArchive, stopArchive } from './archive.ts';
import { dropRefusedCalls, erasedFor, overwriteEntries, overwriteSeats, type Page } from './history.ts';
import { fenceGivenLicense, fenceLicense } from './licenses.ts';
import { isSpent, type Tally } from './tally.ts';

/** One part of a license's personal data, overwritten a page at a time. */
type Part = (ctx: BrandContext, customer: Customer, of: LicenseThatLeft, page: Page) => Promise<string | undefined>;

/**
 * Concurrent calls save their progress in one item. A crash may repeat this many small steps, so that the saves do not
 * collide.
 */
const STEPS_BETWEEN_MARKS = 10;

const keyEntries: Part = async (ctx, _customer, { key_partition }, page) => {
  const key = await getOne(ctx.table, keys.licenseKey(ctx.brand.key_prefix, key_partition));
  return key && overwriteEntries(ctx, parseLicenseKeyItem(key).id, page);
};
const entries: Part = async (ctx, customer, of, page) => {
  const isArchivable = await stopArchive(ctx, of);
  const next = await overwriteEntries(ctx, of.license_id, page, erasedFor(ctx, customer, of));
  if (isArchivable && next === undefined) await dropArchive(ctx, of.license_id);
  return next;
};
const refusedCalls: Part = (ctx, _customer, { anchor }, page) => dropRefusedCalls(ctx, anchor, page);

/** Deleted answers leave the list, so each page is the first one. */
const answersOfLicense: Part = async (ctx, _customer, { anchor }, { tally }) =>
  (await dropLicenseAnswers(ctx, anchor, tally)) ? 'more' : undefined;

const HELD: readonly Part[] = [
  refusedCalls,
  async (ctx, customer, { anchor }, page) => {
    const item = await getOne(ctx.table, keys.license(ctx.brand.key_prefix, anchor));
    const license = item && parseLicenseItem(item);
    if (license?.customer_partition !== customer.partition) return undefined;
    return overwriteSeats(ctx, { anchor, seatSet: license.seat_set }, page);
  },
  entries,
  keyEntries,
];

const LEFT: readonly Part[] = [
  async (ctx, _customer, of, { tally }) => {
    if (await fenceGivenLicense(ctx, of)) tally.done.licenses += 1;
    return undefined;
  },
  refusedCalls,
  async (ctx, _customer, { anchor, seat_set }, page) =>
    seat_set === undefined ? undefined : overwriteSeats(ctx, { anchor, seatSet: seat_set }, page),
  entries,
  keyEntries,
  answersOfLicense,
];

/**
 * Overwrites all data of a person whose e-mail is gone, from where the last call ended, in as many steps as this call
 * has left. Each step reads little and is safe to repeat. Saves the progress after each large page and after some small
 * steps. True when nothing is left.
 */
export async function walkErasure(ctx: BrandContext, customer: Customer, tally: Tally): Promise<boolean> {
  let mark: ErasureMark = customer.erasure ?? { stage: 'fences' };
  while (!isSpent(tally)) {
    tally.stepsLeft -= 1;
    const next = await stepFrom(ctx, customer, mark, tally);
    if (next === 'done') return true;
    mark = next;
    const isLong = next.within !== undefined || tally.stepsLeft % STEPS_BETWEEN_MARKS === 0;
    if (isLong || isSpent(tally))
      await transact<never>(ctx.table, [putErasureMark(ctx.brand.key_prefix, customer.partition, next)]);
  }
  return false;
}

async function stepFrom(
  ctx: BrandContext,
  customer: Customer,
  mark: ErasureMark,
  tally: Tally,
): Promise<ErasureMark | 'done'> {
  switch (mark.stage) {
    case 'fences':
      return fenceNext(ctx, customer, mark, tally);
    case 'held':
      return (
        (await partOfNext(ctx, customer, mark, { list: 'license#', parts: HELD, tally })) ??
        beginWithLeft(ctx, customer)
      );
    case 'left':
      return (
        (await partOfNext(ctx, customer, mark, { list: 'had#', parts: LEFT, tally })) ?? {
          stage: 'person',
          version: mark.version,
        }
      );
    case 'person': {
      const within = await overwriteEntries(ctx, customer.id, { after: mark.within, tally });
      return { stage: within === undefined ? 'answers' : 'person', within, version: mark.version };
    }
    case 'answers': {
      if (await dropAnswers(ctx, customer, tally)) return mark;
      const isStill = (await versionNow(ctx, customer)) === mark.version;
      return isStill ? 'done' : beginWithLeft(ctx, customer);
    }
  }
}

async function fenceNext(
  ctx: BrandContext,
  customer: Customer,
  { after }: ErasureMark,
  tally: Tally,
): Promise<ErasureMark> {
  const entry = await nextListed(ctx.table, ctx.brand.key_prefix, customer.partition, 'license#', after);
  if (entry === undefined) return { stage: 'held' };
  const next: ErasureMark = { stage: 'fences', after: entry.sk };
  const isFenced = await fenceLicense(ctx, customer, entry.anchor, next);
  tally.writesLeft -= 1;
  if (isFenced) tally.done.licenses += 1;
  return next;
}

/**
 * Undefined after the last license of the list. If the present one has left the list, the next one's first part
 * follows.
 */
async function partOfNext(
  ctx: BrandContext,
  customer: Customer,
  mark: ErasureMark,
  { list, parts, tally }: { list: 'license#' | 'had#'; parts: readonly Part[]; tally: Tally },
): Promise<ErasureMark | undefined> {
  const { stage, after, version } = mark;
  const entry = await nextListed(ctx.table, ctx.brand.key_prefix, customer.partition, list, after);
  if (entry === undefined) return undefined;
  const { part = 0, within } = mark.at === entry.sk ? mark : {};
  const next = await parts[part]?.(ctx, customer, entry, { after: within, tally });
  if (next !== undefined) return { stage, after, at: entry.sk, part, within: next, version };
  if (part + 1 < parts.length) return { stage, after, at: entry.sk, part: part + 1, version };
  return { stage, after: entry.sk, version };
}

/**
 * Each license that its holder gives away raises the customer's version, so one that is given away meanwhile is found.
 */
const beginWithLeft = async (ctx: BrandContext, customer: Customer): Promise<ErasureMark> => ({
  stage: 'left',
  version: await versionNow(ctx, customer),
});

async function versionNow(ctx: BrandContext, { partition }: Customer): Promise<number | undefined> {
  const item = await getOne(ctx.table, keys.customer(ctx.brand.key_prefix, partition));
  return item && parseCustomerItem(item).version;
}
