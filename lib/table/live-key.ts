import { refuse, type Refusal } from '../domain/refusal.ts';
import { MINUTE_MS, isoSeconds } from '../domain/time.ts';
import type { ApiKey } from './api-keys.ts';
import { keys } from './keys.ts';
import type { Item } from '../dynamo/table.ts';
import { readWriteKey, type Write } from '../dynamo/transact.ts';
import { allOf, type Condition, equals, anyOf, above } from '../dynamo/condition.ts';

/** The caller's API key, by the text of the call, as it was read when the call came in. */
export type LiveKey = Pick<ApiKey, 'text_hash' | 'expires_at'> & { owner: string };

/**
 * Longer than a call plus clock skew, and shorter than any overlap of a rotation: a text whose end was set this near
 * during the call was replaced without an overlap.
 */
const SOON_MS = MINUTE_MS;

/** The end that the key had when the call came in had not passed then, and does not interrupt the call. */
const isLive = ({ expires_at }: LiveKey, soon: string): Condition =>
  allOf(equals('revoked_at', null), anyOf(equals('expires_at', expires_at), above('expires_at', soon)));

/** The refusal of a caller whose key fails `isLive`; undefined if it is live, and another guard of its item failed. */
function refusalOf(present: Item | undefined, { expires_at }: LiveKey, soon: string): Refusal | undefined {
  if (present?.['revoked_at'] !== null) return refuse('api_key_invalid');
  const end = present['expires_at'];
  return end === expires_at || String(end) > soon ? undefined : refuse('api_key_expired');
}

/**
 * Guards a transaction with the caller's API key: after a revocation or replacement has been answered, nothing is
 * written. A write of the key's own item contains the condition, as no item may be in a transaction twice. It is
 * checked first, so a caller with an ended key learns only that.
 */
export function heldToKey<R>(key: LiveKey, nowMs: number, writes: readonly Write<R>[]): Write<R | Refusal>[] {
  const address = keys.apiKey(key.owner, key.text_hash);
  const soon = isoSeconds(nowMs + SOON_MS);
  const guard = isLive(key, soon);
  const refused = (present: Item | undefined): Refusal => refusalOf(present, key, soon) ?? refuse('api_key_invalid');
  const own = writes.find((write) => readWriteKey(write).pk === address.pk);
  if (own === undefined) return [{ check: address, guard, refused }, ...writes];
  const held: Write<R | Refusal> = {
    ...own,
    guard: own.guard ? allOf(own.guard, guard) : guard,
    refused: (present) => refusalOf(present, key, soon) ?? (own.refused ?? refused)(present),
  };
  return [held, ...writes.filter((write) => write !== own)];
}
