import { refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import type { ApiKey } from './api-keys.ts';
import { keys } from './keys.ts';
import type { Item } from '../dynamo/table.ts';
import { keyOfWrite, type Write } from '../dynamo/transact.ts';
import { allOf, type Condition, equals, anyOf, above } from '../dynamo/condition.ts';

/** The caller's API key, by the text of the call, as it was read when the call came in. */
export type LiveKey = Pick<ApiKey, 'text_hash' | 'expires_at'> & { owner: string };

/**
 * Longer than a call lasts and than clocks differ, and shorter than any overlap of a rotation: a text whose end was set
 * so near while the call ran was replaced without an overlap.
 */
const SOON_MS = 60_000;

/** The end that the key had when the call came in was not due then, and does not cut the call short. */
const isLive = ({ expires_at }: LiveKey, soon: string): Condition =>
  allOf(equals('revoked_at', null), anyOf(equals('expires_at', expires_at), above('expires_at', soon)));

/** The refusal of a caller whose key does not hold `isLive`; undefined where it does, and another guard of its item failed. */
function refusalOf(present: Item | undefined, { expires_at }: LiveKey, soon: string): Refusal | undefined {
  if (present?.['revoked_at'] !== null) return refuse('api_key_invalid');
  const end = present['expires_at'];
  return end === expires_at || String(end) > soon ? undefined : refuse('api_key_expired');
}

/**
 * Holds a transaction to the caller's API key: once a revocation or replacement of the key has been answered, nothing is
 * written. A write of the key's own item takes the condition along, as no item may be in a transaction twice. Either
 * comes first, so that a caller whose key has ended hears of that and of nothing else.
 */
export function heldToKey<R>(key: LiveKey, nowMs: number, writes: readonly Write<R>[]): Write<R | Refusal>[] {
  const place = keys.apiKey(key.owner, key.text_hash);
  const soon = isoSeconds(nowMs + SOON_MS);
  const guard = isLive(key, soon);
  const refused = (present: Item | undefined): Refusal => refusalOf(present, key, soon) ?? refuse('api_key_invalid');
  const own = writes.find((write) => keyOfWrite(write).pk === place.pk);
  if (own === undefined) return [{ check: place, guard, refused }, ...writes];
  const held: Write<R | Refusal> = {
    ...own,
    guard: own.guard ? allOf(own.guard, guard) : guard,
    refused: (present) => refusalOf(present, key, soon) ?? (own.refused ?? refused)(present),
  };
  return [held, ...writes.filter((write) => write !== own)];
}
