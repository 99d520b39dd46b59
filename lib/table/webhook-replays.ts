import { pick } from '../domain/pick.ts';
import type { Key } from '../dynamo/schema.ts';
import { timePrefix } from '../domain/ids.ts';
import { isoSeconds, msOf } from '../domain/time.ts';
import { RETRY_SHARDS, retryGroup, shardOf, webhookKeys } from './keys.ts';
import type { Item } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import { type Condition, anyOf, isNew, equals, allOf } from '../dynamo/condition.ts';

/** A replay that a caller asked for, or the catch-up of a resumed endpoint. An endpoint has at most one of each. */
export type ReplayKind = 'replay' | 'catch_up';
export const REPLAY_KINDS: readonly ReplayKind[] = ['replay', 'catch_up'];

/**
 * Events of a span of seconds, both ends included, that the sweep sends to one endpoint again, at a rate of its own.
 */
export type Replay = {
  endpoint_id: string;
  kind: ReplayKind;
  from: string;
  /** May lie ahead by a moment: a replay is not done before this second is over. */
  to: string;
  /** Types and patterns to send of those that the endpoint wants; null is all of them. */
  event_types: string[] | null;
  per_minute: number;
  /** Leaves out what this endpoint has got already, and what waits to be sent to it. */
  only_undelivered: boolean;
  /** The id of the last journal entry that was handed out. It begins as the prefix of all ids of the second `from`. */
  position: string;
  sent: number;
  state: 'running' | 'done';
  requested_at: string;
};

/** The first position of a replay, which sorts before all that it sends. */
export const positionBefore = (from: string): string => timePrefix(msOf(from));

export const replayOf = ({ pk: _pk, sk: _sk, due_pk: _duePk, due_sk: _dueSk, ...replay }: Item): Replay =>
  replay as Replay;

const REPLAY = [
  'from',
  'to',
  'event_types',
  'per_minute',
  'only_undelivered',
  'state',
  'sent',
  'requested_at',
] as const;

/** A replay as the API shows it. */
export const replayView = (replay: Replay) => pick(REPLAY, replay);

/** The keys by which the sweep finds a replay that is due, among the deliveries that are. */
const dueKeys = ({ endpoint_id, kind, state }: Replay, dueAt: string): Item =>
  state === 'done'
    ? {}
    : { due_pk: retryGroup(shardOf(endpoint_id, RETRY_SHARDS)), due_sk: `${dueAt}#${endpoint_id}#${kind}` };

const itemOf = (brand: string, replay: Replay, dueAt: string): Key & Item => ({
  ...webhookKeys.replay(brand, replay.endpoint_id, replay.kind),
  ...dueKeys(replay, dueAt),
  ...replay,
});

const noneRuns = anyOf(isNew, equals('state', 'done'));
const stillAt = ({ requested_at, position }: Replay): Condition =>
  allOf(equals('requested_at', requested_at), equals('position', position));

/** Starts a replay, due now, where none of its kind runs. */
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
