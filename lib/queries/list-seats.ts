import { seatsRemaining, PRODUCT_REFERENCE } from '../domain/license.ts';
import { pick } from '../domain/pick.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import type { SeatList } from '../api/list-seats.ts';
import type { ListSeatsInput } from '../api/list-seats-endpoint.ts';
import { findShownToKey, findOutdatedCopies, rememberBrand } from '../table/brand-copies.ts';
import { afterFailedLookup } from '../table/failed-lookups.ts';
import { findTextAddress } from '../table/key-address.ts';
import { keys } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import { locate, onlySeat } from '../table/product-call.ts';
import { readSeatPage } from '../table/seat-page.ts';
import { countHere } from '../process/counted-here.ts';
import { showSeats } from '../views/seat-view.ts';

/** A person looks at this list; a program that asks more often does not need it. */
const CALLS_A_MINUTE = 30;

/** Lists the instances on which a license is active, as the brand lets the holder of its key see them. */
export async function listSeats(
  ctx: Context<'BatchGetItem' | 'Query' | 'UpdateItem'>,
  input: ListSeatsInput,
): Promise<Answer<SeatList> | Refusal> {
  const address = await findTextAddress(ctx, input);
  if (isRefusal(address)) return address;
  const { brand, hash } = address;
  const table = ctx.table(brand);
  const waits = countHere(`${table.name} seats ${hash}`, CALLS_A_MINUTE, ctx.nowMs);
  if (waits !== undefined) return refuse('rate_limited', { retry_after_seconds: waits });
  const copies = findOutdatedCopies(table, brand, ctx.nowMs);
  const call = { brand, hash, product: input.product, instance: undefined, nowMs: ctx.nowMs };
  const located = await locate(table, call, copies);
  if (isRefusal(located)) return afterFailedLookup(ctx, located);
  if (copies.length > 0) rememberBrand(table, brand, located.extras(keys.brand(brand)), ctx.nowMs);
  const seat = onlySeat(located, input.product);
  if (isRefusal(seat)) return seat;
  const { license } = seat;
  const { sites } = await readSeatPage(table, brand, license, ctx.nowMs);
  const activations = sites.map(({ activation }) => activation);
  return {
    body: {
      license_id: license.id,
      product: pick(PRODUCT_REFERENCE, license.product),
      seat_limit: license.seat_limit,
      seats_used: license.seats_used,
      seats_remaining: seatsRemaining(license),
      seats: await showSeats(license.policy, activations, findShownToKey(table, brand)),
    },
  };
}
