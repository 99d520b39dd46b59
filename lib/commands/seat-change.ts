import type { License } from '../domain/license.ts';
import { required } from '../domain/invariant.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { parseMs } from '../domain/time.ts';
import { buildAuthor, type Context } from '../context.ts';
import { findOutdatedCopies, rememberBrand } from '../table/brand-copies.ts';
import { afterFailedLookup } from '../table/failed-lookups.ts';
import { findTextAddress } from '../table/key-address.ts';
import { keys } from '../table/keys.ts';
import { locateActivation, locateSeatsAndActivation } from '../table/locate-activation.ts';
import { commitOnce, buildOnce, readFirstAnswer, type Answer, type Try } from '../table/once.ts';
import {
  listOwners,
  locate,
  onlySeat,
  productsOn,
  type Located,
  type ProductCall,
  type Seat,
} from '../table/product-call.ts';
import { done, retry, type Retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Table } from '../dynamo/table.ts';
import type { SeatCall, SeatDecision, SeatRequest } from './seat-call.ts';
import { recountAfterSeat, withRecount } from './seat-costs.ts';
import { planSteps, type SeatStep } from './seat-steps.ts';

type Decide<T> = (call: SeatCall, seat: Seat) => SeatDecision<T> | Promise<SeatDecision<T>>;

/**
 * Takes or frees seats in two round trips: reads everything, then writes license, activations, journal entries and
 * idempotent answer in one transaction. The failed write returns the present license, so the next try costs one round
 * trip.
 */
export async function changeSeat<T>(
  ctx: Context,
  request: SeatRequest,
  decide: Decide<T>,
): Promise<Answer<T> | Refusal> {
  const address = await findTextAddress(ctx, request);
  if (isRefusal(address)) return address;
  const { brand, hash } = address;
  const sought = { brand, hash, product: request.product, instance: request.instance, nowMs: ctx.nowMs };
  const table = ctx.table(...listOwners(brand, ctx.found));
  const once = ctx.once && buildOnce(brand, { id: hash, scopes: [] }, ctx.once);
  const copies = request.showsSeats === true ? findOutdatedCopies(table, brand, ctx.nowMs) : [];

  let about: { call: SeatCall; license: License } | undefined;
  const outcome = await retrying(table, async (count): Promise<Try<T>> => {
    const located = await locateSeats(table, sought, request.other, [...copies, ...(once ? [once.key] : [])]);
    if (isRefusal(located)) return afterFailedLookup(ctx, located);
    if (copies.length > 0) rememberBrand(table, brand, located.extras(keys.brand(brand)), ctx.nowMs);
    const seat = onlySeat(located, request.product);
    if (ctx.found)
      ctx.found = { brand, seats: isRefusal(seat) ? [] : [seat], products: productsOn(located.licenseKey) };
    const replay = once && readFirstAnswer<T>(ctx.vault, once, located.extras(once.key), ctx.nowMs);
    if (replay) return replay;
    if (isRefusal(seat)) return seat;
    const call = { ...sought, table, once, licenseKeyId: located.licenseKey.id };
    const { outcome: tried, license } = await trySeat(ctx, call, { seat, decide, isFirst: count === 1 });
    about = { call, license };
    return tried;
  });
  if (about === undefined || !isRefusal(outcome)) return outcome;
  const { explainRefusal } = await import('./refused-seat.ts');
  return explainRefusal(ctx, about, outcome);
}

function locateSeats(
  table: Table,
  sought: ProductCall,
  other: SeatRequest['other'],
  extras: readonly Key[],
): Promise<Located | Refusal> {
  if (other === undefined) return locate(table, sought, extras);
  if ('instance' in other) return locate(table, { ...sought, other: other.instance }, extras);
  const find = sought.instance ? locateSeatsAndActivation : locateActivation;
  return find(table, sought, other.activation_id, extras);
}

/**
 * One try, or two in a row if two writers met once. A crowd has to spread out before it tries again. Also returns the
 * license on which the outcome was decided.
 */
async function trySeat<T>(
  ctx: Context,
  call: SeatCall,
  { seat, decide, isFirst }: { seat: Seat; decide: Decide<T>; isFirst: boolean },
): Promise<{ outcome: Try<T>; license: License }> {
  const { license } = seat;
  const { outcome, present } = await decideAndWrite(ctx, call, seat, decide);
  // A batch read is no snapshot: this instance, or the same request sent twice, may have just caused the refusal.
  if (outcome.kind === 'refused' && isFirst && isJustChanged(license, ctx.nowMs)) return { outcome: retry(), license };
  const isAnotherTryDue = outcome.kind === 'retry' && isFirst && present && !hasMoved(license, present);
  if (!isAnotherTryDue) return { outcome, license };
  const second = await decideAndWrite(ctx, call, { ...seat, license: present }, decide);
  return { outcome: second.outcome, license: present };
}

const JUST_NOW_MS = 2000;
const isJustChanged = (license: License, nowMs: number): boolean =>
  Math.abs(nowMs - parseMs(license.updated_at)) < JUST_NOW_MS;

/** The call found a different license if it is on another key, of another product or has a new seat set. */
const hasMoved = (before: License, after: License): boolean =>
  before.key_partition !== after.key_partition ||
  before.seat_set !== after.seat_set ||
  before.product.id !== after.product.id;

/** Also returns the stored license, if another writer changed it first. */
async function decideAndWrite<T>(
  ctx: Context,
  call: SeatCall,
  seat: Seat,
  decide: Decide<T>,
): Promise<{ outcome: Try<T>; present?: License | undefined }> {
  const decision = await decide(call, seat);
  const { once, table } = call;
  const record = { table, vault: ctx.vault, once, nowMs: ctx.nowMs };
  switch (decision.kind) {
    case 'refused':
    case 'retry':
      return { outcome: decision };
    case 'unchanged':
      return { outcome: once ? await commitOnce(record, decision.answer, []) : done(decision.answer) };
    case 'changed': {
      let present: License | undefined;
      const { license, writes } = await planChange(ctx, call, seat.license, decision.steps, (stored) => {
        present = stored;
        return retry();
      });
      if (ctx.found) ctx.found = { ...ctx.found, seats: [{ license, activation: decision.activation }] };
      const outcome = await commitOnce(record, decision.answer(license), writes);
      return { outcome, present };
    }
  }
}

/** The writes of all steps, and of the sites that stop counting because of them. */
async function planChange(
  ctx: Context,
  { table, brand, licenseKeyId }: SeatCall,
  previous: License,
  steps: readonly SeatStep[],
  lost: (present: License | undefined) => Retry,
) {
  const { license } = required(steps.at(-1), 'a change has a step');
  const changed = new Set(steps.flatMap(({ shown }) => (shown ? [shown.after.id] : [])));
  const recounted = await recountAfterSeat(table, brand, { previous, license, changed, nowMs: ctx.nowMs });
  const author = buildAuthor(ctx, brand, { type: 'license_key', id: licenseKeyId });
  return planSteps(author, previous, withRecount(steps, recounted), { lost });
}
