import type { Key } from '../dynamo/schema.ts';
import { timePrefix } from '../domain/ids.ts';
import { isoSeconds, parseMs } from '../domain/time.ts';
import { RETRY_SHARDS, retryGroup, computeShard, webhookKeys } from './keys.ts';
import type { Item } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import { type Condition, anyOf, isNew, equals, allOf } from '../dynamo/condition.ts';

/** A replay that a caller asked for, or the catch-up of a resumed endpoint. An endpoint has at most one of each. */
export type ReplayKind = 'replay' | 'catch_up';
export const REPLAY_KINDS: readonly ReplayKind[] = ['replay', 'catch_up'];

/**
 * The events of a range of seconds, both ends included, that the sweep sends to one endpoint again, at its own rate.
 */
export type Replay = {
  endpoint_id: string;
  kind: ReplayKind;
  from: string;
  /** May be slightly in the future: a replay is not done before this second is over. */
  to: string;
  /** The types and patterns to send, of those that the endpoint subscribes to; null means all of them. */
  event_types: string[] | null;
  per_minute: number;
  /** Skips messages that this endpoint has already received, and those that wait for it. */
  only_undelivered: boolean;
  /**
   * The id of the last journal entry that was replayed. It begins as the common prefix of all ids of the second `from`.
   */
  position: string;
  sent: number;
  state: 'running' | 'done';
  requested_at: string;
};

/** The first position of a replay, which sorts before all of its entries. */
export const positionBefore = (from: string): string => timePrefix(parseMs(from));

/** A replay of an older version may lack the first three fields. */
export const parseReplayItem = ({ pk: _pk, sk: _sk, due_pk: _duePk, due_sk: _dueSk, ...replay }: Item): Replay =>
  ({ event_types: null, only_undelivered: false, sent: 0, ...replay }) as Replay;

/** The index keys by which the sweep finds a due replay, among the due deliveries. */
const dueKeys = ({ endpoint_id, kind, state }: Replay, dueAt: string): Item =>
  state === 'done'
    ? {}
    : { due_pk: retryGroup(computeShard(endpoint_id, RETRY_SHARDS)), due_sk: `${dueAt}#${endpoint_id}#${kind}` };

const itemOf = (brand: string, replay: Replay, dueAt: string): Key & Item => ({
  ...webhookKeys.replay(brand, replay.endpoint_id, replay.kind),
  ...dueKeys(replay, dueAt),
  ...replay,
});

const noneRuns = anyOf(isNew, equals('state', 'done'));
const stillAt = ({ requested_at, position }: Replay): Condition =>
  allOf(equals('requested_at', requested_at), equals('position', position));

/** Starts a replay, due now, if none of its kind runs. */
export function putNewReplay<R>(brand: string, replay: Replay, nowMs: number, runsAlready: () => R): Write<R> {
  return { put: itemOf(brand, replay, isoSeconds(nowMs)), guard: noneRuns, refused: runsAlready };
}

/** Saves a replay after a step, due at `dueAt` unless it is done. Refused if it was changed since it was read. */
export function putChangedReplay<R>(
  brand: string,
  previous: Replay,
  replay: Replay,
  dueAt: string,
  refused: () => R,
): Write<R> {
  return { put: itemOf(brand, replay, dueAt), guard: stillAt(previous), refused };
}

export function removeReplays(brand: string, endpointId: string): Write<never>[] {
  return REPLAY_KINDS.map((kind) => ({ remove: webhookKeys.replay(brand, endpointId, kind) }));
}
