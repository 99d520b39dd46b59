import { namedInstance } from '../domain/instance.ts';
import type { License } from '../domain/license.ts';
import { nextVersion } from '../domain/next-version.ts';
import { isRefusal, type Refusal, type RefusalCode } from '../domain/refusal.ts';
import { parseMs } from '../domain/time.ts';
import type { Activation } from '../domain/seats.ts';
import { buildAuthor, type Context } from '../context.ts';
import type { EventType } from '../events/catalog.ts';
import type { DeactivateInput } from '../api/deactivate-endpoint.ts';
import { putFreedAsRead } from '../table/activation-by-id.ts';
import { journalledActivation, putActivation } from '../table/activations.ts';
import { afterFailedLookup } from '../table/failed-lookups.ts';
import { difference, journalWrite } from '../table/journal.ts';
import { locateActivation } from '../table/locate-activation.ts';
import { pickLicenseFields, putChangedLicense } from '../table/licenses.ts';
import { commitOnce, buildOnce, readFirstAnswer, type Answer, type Once, type Try } from '../table/once.ts';
import {
  listOwners,
  locate,
  onlySeat,
  productsOn,
  readTextAddress,
  type ProductCall,
  type Seat,
} from '../table/product-call.ts';
import { noteRefusedCall } from '../table/refused-calls.ts';
import { done, retry, type Retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Table } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';

/** A plugin's call that changes a seat, and the items it found. */
export type SeatCall = ProductCall & { table: Table; once: Once | undefined; licenseKeyId: string };

/** A decision on a seat: license and activation change, or nothing changes, or the call is refused. */
export type SeatDecision<T> =
  | {
      kind: 'changed';
      license: License;
      activation: Activation;
      event: EventType;
      answer: (license: License) => Answer<T>;
    }
  | { kind: 'unchanged'; answer: Answer<T> }
  | Refusal;

type Decide<T> = (call: SeatCall, seat: Seat) => SeatDecision<T> | Promise<SeatDecision<T>>;

/**
 * Takes or frees a seat in two round trips: reads everything, then writes license, activation, journal entry and
 * idempotent answer in one transaction. The failed write returns the present license, so the next try costs one round
 * trip.
 */
export async function changeSeat<T>(
  ctx: Context,
  input: DeactivateInput,
  decide: Decide<T>,
): Promise<Answer<T> | Refusal> {
  const address = readTextAddress(input.license_key);
  if (isRefusal(address)) return address;
  const instance = namedInstance(input);
  if (isRefusal(instance)) return instance;
  const { brand, hash } = address;
  const sought = { brand, hash, product: input.product, instance, nowMs: ctx.nowMs };
  const table = ctx.table(...listOwners(brand, ctx.found));
  const once = ctx.once && buildOnce(brand, { id: hash, scopes: [] }, ctx.once);

  let about: { call: SeatCall; license: License } | undefined;
  const outcome = await retrying(table, async (count): Promise<Try<T>> => {
    const located =
      instance === undefined && input.activation_id !== undefined
        ? await locateActivation(table, sought, input.activation_id, once?.key)
        : await locate(table, sought, once?.key);
    if (isRefusal(located)) return afterFailedLookup(ctx, located);
    const seat = onlySeat(located, input.product);
    if (ctx.found)
      ctx.found = { brand, seats: isRefusal(seat) ? [] : [seat], products: productsOn(located.licenseKey) };
    const replay = once && readFirstAnswer<T>(ctx.vault, once, located.record, ctx.nowMs);
    if (replay) return replay;
    if (isRefusal(seat)) return seat;
    const call = { ...sought, table, once, licenseKeyId: located.licenseKey.id };
    about = { call, license: seat.license };
    return trySeat(ctx, call, { seat, decide, isFirst: count === 1 });
  });
  if (about && isRefusal(outcome)) await noteForSupport(about, outcome.code);
  return outcome;
}

/** One try, or two in a row if two writers met once. A crowd has to spread out before it tries again. */
async function trySeat<T>(
  ctx: Context,
  call: SeatCall,
  { seat, decide, isFirst }: { seat: Seat; decide: Decide<T>; isFirst: boolean },
): Promise<Try<T>> {
  const { outcome, present } = await decideAndWrite(ctx, call, seat, decide);
  // A batch read is no snapshot: this instance, or the same request sent twice, may have just caused the refusal.
  if (outcome.kind === 'refused' && isFirst && isJustChanged(seat.license, ctx.nowMs)) return retry();
  const isAnotherTryDue = outcome.kind === 'retry' && isFirst && present && !hasMoved(seat.license, present);
  if (!isAnotherTryDue) return outcome;
  return (await decideAndWrite(ctx, call, { ...seat, license: present }, decide)).outcome;
}

/**
 * The refusals about which a customer may ask support. Others are faults of the plugin, or concern no certain instance.
 */
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
      return { outcome: decision };
    case 'unchanged':
      return { outcome: once ? await commitOnce(record, decision.answer, []) : done(decision.answer) };
    case 'changed': {
      const license = nextVersion(decision.license, ctx.nowMs);
      let present: License | undefined;
      const writes = seatWrites(ctx, call, seat, { ...decision, license }, (stored) => {
        present = stored;
        return retry();
      });
      const outcome = await commitOnce(record, decision.answer(license), writes);
      return { outcome, present };
    }
  }
}

type SeatChange = { license: License; activation: Activation; event: EventType };

/**
 * The activation's guard comes before the license's: when both fail, this instance was changed, and the next try has to
 * read everything again.
 */
function seatWrites(
  ctx: Context,
  call: SeatCall,
  previous: Seat,
  { license, activation, event }: SeatChange,
  lost: (present: License | undefined) => Retry,
): Write<Retry>[] {
  const { brand, licenseKeyId } = call;
  const changed = difference(pickLicenseFields(previous.license), pickLicenseFields(license));
  return [
    activationWrite(call, previous, license, activation),
    putChangedLicense(brand, license, lost),
    journalWrite(buildAuthor(ctx, brand, { type: 'license_key', id: licenseKeyId }), {
      type: event,
      entity: { type: 'license', id: license.id },
      seq: license.seq,
      notBefore: previous.license.updated_at,
      before: { ...changed.before, activation: previous.activation ? journalledActivation(previous.activation) : null },
      after: { ...changed.after, activation: journalledActivation(activation) },
      license: pickLicenseFields(license),
    }),
  ];
}

/** A seat that was found by its activation's id is only freed: its stored instance may have been erased. */
function activationWrite(
  { brand, instance }: SeatCall,
  previous: Seat,
  license: License,
  activation: Activation,
): Write<Retry> {
  if (instance) return putActivation(brand, license, instance, activation, previous.activation, retry);
  if (previous.at === undefined || previous.activation === undefined)
    throw new Error('a seat is freed that was not found');
  return putFreedAsRead({ key: previous.at, activation }, previous.activation, license, retry);
}
