import { namedInstance } from '../domain/instance.ts';
import { isRefusal, type CopyOf, type Refusal } from '../domain/refusal.ts';
import type { Activation } from '../domain/seats.ts';
import { DAY_MS, isoSeconds, parseMs } from '../domain/time.ts';
import { combineVerdicts, decideVerdict, decideLicenseVerdict } from '../domain/verdict.ts';
import type { Context } from '../context.ts';
import type { CheckInput } from '../api/check-endpoint.ts';
import type { CheckedLicenses } from '../api/schemas/verdict.ts';
import { seatKey } from '../table/activations.ts';
import { afterFailedLookup } from '../table/failed-lookups.ts';
import { findTextAddress } from '../table/key-address.ts';
import type { Answer } from '../table/once.ts';
import { listOwners, locate, productsOn, type ProductCall, type Seat } from '../table/product-call.ts';
import type { Table } from '../dynamo/table.ts';
import { equals } from '../dynamo/condition.ts';
import { updateItem } from '../dynamo/update.ts';
import { findCopiesLater, verdictView } from '../views/verdict-view.ts';
import { deadline } from '../process/timers.ts';

type CheckContext = Context<'BatchGetItem' | 'Query' | 'UpdateItem'>;

/**
 * Checks a license for one instance, in one read; the license alone when no instance is named. Takes no seat and
 * changes no state. An imported key needs the data key and its brand's prefix, which a container remembers.
 */
export async function checkLicense(ctx: CheckContext, input: CheckInput): Promise<Answer<CheckedLicenses> | Refusal> {
  const address = await findTextAddress(ctx, input);
  if (isRefusal(address)) return address;
  const instance = namedInstance(input);
  const call = { ...address, product: input.product, instance, nowMs: ctx.nowMs };
  const table = ctx.table(...listOwners(address.brand, ctx.found));
  const located = await locate(table, call);
  if (isRefusal(located)) return afterFailedLookup(ctx, located);

  const seats = await Promise.all(located.seats.map((seat) => noteContact(ctx, table, call, seat)));
  ctx.found = { brand: address.brand, seats, products: productsOn(located.licenseKey) };
  const verdictOn = ({ license, activation }: Partial<Seat>) =>
    instance ? decideVerdict(license, activation, ctx.nowMs) : decideLicenseVerdict(license, ctx.nowMs);
  const checked = seats.map((seat) => ({ ...verdictOn(seat), ...verdictView(seat, ctx.nowMs) }));
  const { license, activation, ...verdict } =
    checked.length === 1 && checked[0]
      ? checked[0]
      : { ...(checked.length > 1 ? combineVerdicts(checked) : verdictOn({})), license: null, activation: null };
  const copies = await findCopies(table, call, seats, input.activation_id);
  const licenses = checked.length > 1 ? checked.map((one, i) => ({ ...one, ...copies[i] })) : [];
  const copy = copies.find(({ copy_of }) => copy_of);
  return { body: { ...verdict, license, licenses, activation, ...copy, checked_at: isoSeconds(ctx.nowMs) } };
}

/** Finds the owner of each seat. Only a site that holds an activation of another one costs this look. */
async function findCopies(
  table: Table<'Query'>,
  { brand, instance }: ProductCall,
  seats: readonly Seat[],
  activationId: string | undefined,
): Promise<{ copy_of?: CopyOf }[]> {
  const isHolder = instance !== undefined && activationId !== undefined;
  if (!isHolder || seats.some(({ activation }) => activation?.id === activationId)) return [];
  return findCopiesLater(table, brand, seats, activationId);
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
