import { isIdle } from '../domain/idle-seats.ts';
import type { License } from '../domain/license.ts';
import { allOf, anyOf, attributeMissing, equals } from '../dynamo/condition.ts';
import { retry } from '../dynamo/outcome.ts';
import { putFreedAsRead } from '../table/activation-by-id.ts';
import { isUnchanged, type StoredActivation } from '../table/activations.ts';
import { forgetSeatPage, readSeatPage } from '../table/seat-page.ts';
import type { SeatCall } from './seat-call.ts';
import type { SeatStep } from './seat-steps.ts';
import { freeSeat } from './taken-seat.ts';

/** The seat that was not seen for the longest time, if that is long enough. A check in the meantime keeps it. */
export async function freeIdleSeat(call: SeatCall, license: License): Promise<SeatStep | undefined> {
  const { table, brand, nowMs } = call;
  const { sites } = await readSeatPage(table, brand, license, nowMs);
  const idle = sites.find(({ activation }) => activation.takes_seat);
  if (idle === undefined || !isIdle(license, idle.activation, nowMs)) return undefined;
  return freeSeat(idle, license, nowMs, (freed, written) => putFreedUnseen(call, idle, freed, written));
}

function putFreedUnseen(
  { table, brand }: SeatCall,
  { activation: previous }: StoredActivation,
  freed: StoredActivation,
  license: License,
) {
  const write = putFreedAsRead(freed, previous, license, () => {
    forgetSeatPage(table, brand, license);
    return retry();
  });
  const { last_checked_at } = previous;
  const isUnseen = anyOf(attributeMissing('last_checked_at'), equals('last_checked_at', last_checked_at));
  return { ...write, guard: allOf(isUnchanged(previous), isUnseen) };
}
