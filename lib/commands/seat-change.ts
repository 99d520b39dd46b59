import { namedInstance } from '../domain/instance.ts';
import { nextVersion, type License } from '../domain/license.ts';
import { isRefusal, type Refusal, type RefusalCode } from '../domain/refusal.ts';
import { msOf } from '../domain/time.ts';
import type { Activation } from '../domain/seats.ts';
import { authorOf, type Context } from '../context.ts';
import type { EventType } from '../events/catalog.ts';
import type { DeactivateInput } from '../api/deactivate.ts';
import { putFreedAsRead } from '../table/activation-by-id.ts';
import { putActivation } from '../table/activations.ts';
import { afterFailedLookup } from '../table/failures.ts';
import { difference, journalWrite } from '../table/journal.ts';
import { locateActivation } from '../table/locate-activation.ts';
import { fieldsOf, putChangedLicense } from '../table/licenses.ts';
import { commitOnce, onceFor, replayOf, type Answer, type Once } from '../table/once.ts';
import { addressOfText, locate, onlySeat, type Located, type ProductCall, type Seat } from '../table/product-call.ts';
import { noteRefusedCall } from '../table/refused-calls.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Table } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';

/** A plugin's call that changes a seat, and what it found. */
export type SeatCall = ProductCall & { table: Table; once: Once | undefined; licenseKeyId: string };

/** What a seat change comes to: nothing to do, a refusal, or the license and activation as they are to be. */
export type Decision<T> =
  | Refusal
  | { answer: Answer<T> }
  | { answer: (license: License) => Answer<T>; license: License; activation: Activation; event: EventType };

/**
 * Takes or frees a seat in two round trips: find everything, then write license, activation, journal entry and idempotent answer at once. A license that somebody
 * else changed meanwhile comes back with the failed write, so that the next try costs one.
 */
export async function changeSeat<T>(
  ctx: Context,
  input: DeactivateInput,
  decide: (call: SeatCall, seat: Seat) => Decision<T> | Promise<Decision<T>>,
): Promise<Answer<T> | Refusal> {
  const address = addressOfText(input.license_key);
  if (isRefusal(address)) return address;
  const instance = namedInstance(input);
  if (isRefusal(instance)) return instance;
  const { brand, hash } = address;
  const sought = { brand, hash, product: input.product, instance, nowMs: ctx.nowMs };
  const table = ctx.table(brand);
  const once = ctx.once && onceFor(brand, { id: hash, scopes: [] }, ctx.once);

  let about: { call: SeatCall; license: License } | undefined;
  const outcome = await retrying<Answer<T> | Refusal>(table, async (count) => {
    const located =
      instance === undefined && input.activation_id !== undefined
        ? await locateActivation(table, sought, input.activation_id, once?.key)
        : await locate(table, sought, once?.key);
    if (isRefusal(located)) return afterFailedLookup(ctx, located);
    const found = foundSeat(ctx, once, located, input.product);
    if (isRefusal(found) || 'body' in found) return found as Refusal | Answer<T>;
    const { seat, licenseKeyId } = found;
    const call = { ...sought, table, once, licenseKeyId };
    about = { call, license: seat.license };
    const first = await attempt(ctx, call, seat, decide);
    // A batch read is no snapshot: what refuses may be what this very instance, or this very request sent twice, has just done. So look once more.
    if (isRefusal(first) && count === 1 && isJustChanged(seat.license, ctx.nowMs)) return 'again';
    if (!isLost(first)) return first;
    // The license that came back is fresh now and stale after a pause. Two who met are done with one more try at once; a crowd has to spread out.
    if (count > 1 || hasMoved(seat.license, first.lostTo)) return 'again';
    const second = await attempt(ctx, call, { ...seat, license: first.lostTo }, decide);
    return isLost(second) ? 'again' : second;
  });
  if (about && isRefusal(outcome)) await noteForSupport(about, outcome.refused);
  return outcome;
}

/** What a customer may ask support about. Other refusals are the plugin's to mend; so is an activation id that names nothing, which tells of no site. */
const SHOWN_TO_SUPPORT: ReadonlySet<RefusalCode> = new Set([
  'seat_limit_reached',
  'seat_moves_exhausted',
  'license_expired',
  'license_suspended',
  'license_cancelled',
  'activation_not_found',
]);

async function noteForSupport(
  { call, license }: { call: SeatCall; license: License },
  code: RefusalCode,
): Promise<void> {
  const { table, brand, instance, nowMs } = call;
  if (instance && SHOWN_TO_SUPPORT.has(code)) await noteRefusedCall(table, { brand, license, instance, code, nowMs });
}

const JUST_NOW_MS = 2000;
const isJustChanged = (license: License, nowMs: number): boolean =>
  Math.abs(nowMs - msOf(license.updated_at)) < JUST_NOW_MS;

/** A license that went to another key or product, or began anew with its seats, is not what this call found: it has to look again. */
const hasMoved = (previous: License, is: License): boolean =>
  previous.key_partition !== is.key_partition ||
  previous.seat_set !== is.seat_set ||
  previous.product.id !== is.product.id;

const isLost = (outcome: unknown): outcome is { lostTo: License } =>
  typeof outcome === 'object' && outcome !== null && 'lostTo' in outcome;

function foundSeat(
  ctx: Context,
  once: Once | undefined,
  located: Located,
  product: string | undefined,
): { seat: Seat; licenseKeyId: string } | Answer | Refusal {
  const replay = once && replayOf(ctx.vault, once, located.record, ctx.nowMs);
  if (replay) return replay;
  const seat = onlySeat(located, product);
  return isRefusal(seat) ? seat : { seat, licenseKeyId: located.licenseKey.id };
}

async function attempt<T>(
  ctx: Context,
  call: SeatCall,
  seat: Seat,
  decide: (call: SeatCall, seat: Seat) => Decision<T> | Promise<Decision<T>>,
): Promise<Answer<T> | Refusal | 'again' | { lostTo: License }> {
  const decision = await decide(call, seat);
  if (isRefusal(decision)) return decision;
  const { once } = call;
  const record = { table: call.table, vault: ctx.vault, once, nowMs: ctx.nowMs };
  if (!('license' in decision)) return once ? commitOnce(record, decision.answer, []) : decision.answer;

  const license = nextVersion(decision.license, ctx.nowMs);
  let lostTo: License | undefined;
  const lost = (present: License | undefined): 'again' => {
    lostTo = present;
    return 'again';
  };
  const outcome = await commitOnce(
    record,
    decision.answer(license),
    seatWrites(ctx, call, seat, license, decision, lost),
  );
  return outcome === 'again' && lostTo ? { lostTo } : outcome;
}

/** The activation's guard stands before the license's: when both fail, this very instance was changed, and all must be read again. */
function seatWrites(
  ctx: Context,
  call: SeatCall,
  previous: Seat,
  license: License,
  { activation, event }: { activation: Activation; event: EventType },
  lost: (present: License | undefined) => 'again',
): Write<'again'>[] {
  const { brand, licenseKeyId } = call;
  const changed = difference(fieldsOf(previous.license), fieldsOf(license));
  const shown = (of: Activation) => {
    const { id, instance_identifier, instance_type, status, takes_seat, metadata } = of;
    return { id, instance_identifier, instance_type, status, takes_seat, metadata };
  };
  return [
    activationWrite(call, previous, license, activation),
    putChangedLicense(brand, license, lost),
    journalWrite(authorOf(ctx, brand, { type: 'license_key', id: licenseKeyId }), {
      type: event,
      entity: { type: 'license', id: license.id },
      seq: license.seq,
      notBefore: previous.license.updated_at,
      before: { ...changed.before, activation: previous.activation ? shown(previous.activation) : null },
      after: { ...changed.after, activation: shown(activation) },
      license: fieldsOf(license),
    }),
  ];
}

/** A seat that was found by its activation's id is only freed: what stands there of its instance may have been erased, and stays as it is. */
function activationWrite(
  { brand, instance }: SeatCall,
  previous: Seat,
  license: License,
  activation: Activation,
): Write<'again'> {
  if (instance) return putActivation(brand, license, instance, activation, previous.activation, () => 'again');
  if (previous.at === undefined || previous.activation === undefined)
    throw new Error('a seat is freed that was not found');
  return putFreedAsRead({ key: previous.at, activation }, previous.activation, license, () => 'again');
}
