import { computeTag } from '../domain/ids.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { activationById } from './activation-by-id.ts';
import type { Key } from '../dynamo/schema.ts';
import { guessAnchor } from './keys.ts';
import { locate, type Located, type ProductCall, type Seat } from './product-call.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Table } from '../dynamo/table.ts';

type Reader = Table<'BatchGetItem' | 'Query'>;

/**
 * Finds the key and the license of an activation's id, so no product needs to be named. Reads the seat together with
 * the license, at the key of a license that has never moved. A license without an activation means that the id is none
 * of this key's.
 */
export function locateActivation(
  table: Reader,
  call: Omit<ProductCall, 'instance'>,
  activationId: string,
  extras?: readonly Key[],
): Promise<Located | Refusal> {
  return retrying(table, async () => {
    const located = await locateById(table, { ...call, instance: undefined }, activationId, extras);
    if (located.kind !== 'done') return located;
    const { seats } = located.value;
    const found = seats.flatMap(({ license, other }): Seat[] =>
      other ? [{ license, activation: other.activation, at: other.key }] : [],
    );
    return done({ ...located.value, seats: found.length > 0 ? found : seats.slice(0, 1) });
  });
}

/** Finds what `locate` finds, and each license's activation of this id as `other`, with one request more. */
export function locateSeatsAndActivation(
  table: Reader,
  call: ProductCall,
  activationId: string,
  extras?: readonly Key[],
): Promise<Located | Refusal> {
  return retrying(table, () => locateById(table, call, activationId, extras));
}

async function locateById(
  table: Reader,
  call: ProductCall,
  activationId: string,
  extras?: readonly Key[],
): Promise<Outcome<Located, Refusal>> {
  const { brand, hash, product } = call;
  const guess = product === undefined ? undefined : { anchor: guessAnchor(hash, computeTag(product)), seat_set: 0 };
  const [located, guessed] = await Promise.all([
    locate(table, call, extras),
    guess && activationById(table, brand, guess, activationId),
  ]);
  if (isRefusal(located)) return located;
  const found = await Promise.all(
    located.seats.map(async (seat) => {
      const isGuessed = seat.license.anchor === guess?.anchor && seat.license.seat_set === guess.seat_set;
      return { seat, stored: isGuessed ? guessed : await activationById(table, brand, seat.license, activationId) };
    }),
  );
  if (found.some(({ seat, stored }) => stored && stored.seq > seat.license.seq)) return retry();
  return done({ ...located, seats: found.map(({ seat, stored }): Seat => ({ ...seat, other: stored })) });
}
