import { namedInstance } from '../domain/instance.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { Activation } from '../domain/seats.ts';
import { DAY_MS, isoSeconds, parseMs } from '../domain/time.ts';
import { combineVerdicts, decideVerdict, decideLicenseVerdict } from '../domain/verdict.ts';
import type { Context } from '../context.ts';
import type { CheckInput } from '../api/check-endpoint.ts';
import type { CheckAnswer } from '../api/schemas/verdict.ts';
import { seatKey } from '../table/activations.ts';
import { afterFailedLookup } from '../table/failures.ts';
import type { Answer } from '../table/once.ts';
import { readTextAddress, locate, type ProductCall, type Seat } from '../table/product-call.ts';
import type { Table } from '../dynamo/table.ts';
import { equals } from '../dynamo/condition.ts';
import { updateItem } from '../dynamo/update.ts';
import { verdictView } from '../views/verdict-view.ts';
import { deadline } from '../process/timers.ts';

type CheckContext = Context<'BatchGetItem' | 'UpdateItem'>;

/**
 * Checks a license for one instance, in one read; the license alone when no instance is named. Takes no seat and
 * changes no state. A route that speaks another vendor's protocol is shown the licenses by `onSeats`.
 */
export async function checkLicense(
  ctx: CheckContext,
  input: CheckInput,
  onSeats?: (seats: readonly Seat[]) => void,
): Promise<Answer<CheckAnswer> | Refusal> {
  const address = readTextAddress(input.license_key);
  if (isRefusal(address)) return address;
  const instance = namedInstance(input);
  if (isRefusal(instance)) return instance;
  const call = { ...address, product: input.product, instance, nowMs: ctx.nowMs };
  const table = ctx.table(address.brand);
  const located = await locate(table, call);
  if (isRefusal(located)) return afterFailedLookup(ctx, located);

  const seats = await Promise.all(located.seats.map((seat) => noteContact(ctx, table, call, seat)));
  onSeats?.(seats);
  const verdictOn = ({ license, activation }: Partial<Seat>) =>
    instance ? decideVerdict(license, activation, ctx.nowMs) : decideLicenseVerdict(license, ctx.nowMs);
  const checked = seats.map((seat) => ({ ...verdictOn(seat), ...verdictView(seat, ctx.nowMs) }));
  const { license, activation, ...verdict } =
    checked.length === 1 && checked[0]
      ? checked[0]
      : { ...(checked.length > 1 ? combineVerdicts(checked) : verdictOn({})), license: null, activation: null };
  const licenses = checked.length > 1 ? checked : [];
  return { body: { ...verdict, license, licenses, activation, checked_at: isoSeconds(ctx.nowMs) } };
}

/** A verdict does not wait longer for its note: many sites of one license may be noted at once. */
const NOTE_MS = 250;

/** Notes, once a day, that an active instance called. The verdict stands even if this fails. */
async function noteContact(
  ctx: CheckContext,
  table: Table<'UpdateItem'>,
  call: ProductCall,
  seat: Seat,
): Promise<Seat> {
  const { license, activation } = seat;
  if (call.instance === undefined || activation?.status !== 'active' || !isDayOld(activation, ctx.nowMs)) return seat;
  const last_checked_at = isoSeconds(ctx.nowMs);
  const key = seatKey(call.brand, license.anchor, license.seat_set, call.instance);
  const guard = equals('status', 'active');
  const hasty = { ...table, signal: deadline(NOTE_MS, table.signal) };
  const noted = await updateItem(hasty, key, { set: { last_checked_at } }, { guard }).catch(() => undefined);
  return noted?.isWritten ? { license, activation: { ...activation, last_checked_at } } : seat;
}

const isDayOld = ({ last_checked_at }: Activation, nowMs: number): boolean =>
  last_checked_at === null || nowMs - parseMs(last_checked_at) >= DAY_MS;
