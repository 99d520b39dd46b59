import { computeTag } from '../domain/ids.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { activationById } from './activation-by-id.ts';
import type { Key } from '../dynamo/schema.ts';
import { guessAnchor } from './keys.ts';
import { locate, type Located, type ProductCall, type Seat } from './product-call.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Table } from '../dynamo/table.ts';

/**
 * Finds the key and the license of an activation's id, so no product needs to be named. Reads the seat together with
 * the license, at the key of a license that has never moved. A license without an activation means that the id is none
 * of this key's.
 */
export function locateActivation(
  table: Table<'BatchGetItem' | 'Query'>,
  call: Omit<ProductCall, 'instance'>,
  activationId: string,
  extra?: Key,
): Promise<Located | Refusal> {
  const { brand, hash, product } = call;
  const guess = product === undefined ? undefined : { anchor: guessAnchor(hash, computeTag(product)), seat_set: 0 };
  return retrying(table, async () => {
    const [located, guessed] = await Promise.all([
      locate(table, { ...call, instance: undefined }, extra),
      guess && activationById(table, brand, guess, activationId),
    ]);
    if (isRefusal(located)) return located;
    const found = await Promise.all(
      located.seats.map(async ({ license }) => {
        const isGuessed = license.anchor === guess?.anchor && license.seat_set === guess.seat_set;
        return { license, stored: isGuessed ? guessed : await activationById(table, brand, license, activationId) };
      }),
    );
    if (found.some(({ license, stored }) => stored && stored.seq > license.seq)) return retry();
    const seats = found.flatMap(({ license, stored }): Seat[] =>
      stored ? [{ license, activation: stored.activation, at: stored.key }] : [],
    );
    return done({ ...located, seats: seats.length > 0 ? seats : located.seats.slice(0, 1) });
  });
}
