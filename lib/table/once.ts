import type { Key } from '../dynamo/schema.ts';
import type { Vault } from '../process/vault.ts';
import { required } from '../domain/invariant.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Credential } from '../domain/credential.ts';
import { answerKeys } from './keys.ts';
import { listAnswer, type AnswerSubject } from './listed-answers.ts';
import { heldToKey, type LiveKey } from './live-key.ts';
import { bodySeenBy, identifyMaker, type Secret } from '../domain/shown-secret.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { done, type Done, type Outcome, type Retry } from '../dynamo/outcome.ts';
import { commit, type Write } from '../dynamo/transact.ts';
import { isNewOrPast, equals } from '../dynamo/condition.ts';
import { HOUR_S } from '../domain/time.ts';

const KEPT_HOURS = 24;

/**
 * An answer, as a verb gives it and as it is stored for replays. Refusals and pages have a kind, and it has none.
 * `etag` is the version of the thing that it shows. `logged` is for the log line, where the body has no code of ours.
 */
export type Answer<T = unknown> = {
  kind?: never;
  created?: boolean;
  replayed?: boolean;
  etag?: string;
  logged?: LoggedCall | undefined;
  body: T;
};

/** `owner` is the key prefix of the brand, once its license key is known. */
export type LoggedCall = { owner?: string | undefined; code?: string | undefined; action?: string };

/** The outcome of one try of a command. */
export type Try<T> = Outcome<Answer<T>, Refusal>;

/**
 * A request with an idempotency key. The record of its answer is one more guarded write of the change's own
 * transaction, so it costs no round trip, and a process that dies after the commit has stored it.
 */
export type Once = { key: Key; requestHash: string; credential: Credential };

/**
 * The credential's `id` is the API key's, or the license key's hash, so callers never share records. The tokens of an
 * API key share its records, so a request sent again with a newer token has no second effect.
 */
export function buildOnce(
  brand: string,
  credential: Credential,
  { idempotencyKey, requestHash }: { idempotencyKey: string; requestHash: string },
): Once {
  return { key: answerKeys.once(brand, credential.id, idempotencyKey), requestHash, credential };
}

/** The stored answer as it was given, with the whole text of a secret in it, even if the answer masks it. */
type Stored<T> = { answer: Answer<T>; secret?: Secret | undefined };

/**
 * The first answer to this request, with its secrets as the present caller may see them. A refusal if the idempotency
 * key belongs to another request or the answer has been erased. Undefined if there is none.
 */
export function readFirstAnswer<T>(
  vault: Vault,
  once: Once,
  record: Item | undefined,
  nowMs: number,
): Done<Answer<T>> | Refusal | undefined {
  if (!record || Number(record['ttl']) * 1000 <= nowMs) return undefined;
  if (record['erased'] === true) return refuse('answer_erased');
  if (record['request_hash'] !== once.requestHash) return refuse('idempotency_key_reused');
  const { answer, secret } = JSON.parse(vault.decrypt(String(record['answer']), once.key.pk)) as Stored<T>;
  const isMaker = record['made_by'] === identifyMaker(once.credential);
  const body = isMaker || secret === undefined ? answer.body : bodySeenBy(once.credential, answer.body, secret);
  return done({ ...answer, body, replayed: true });
}

/** The write that stores the answer. Its outcome is the first answer, if the same request was faster. */
function recordAnswer<T>(vault: Vault, once: Once, stored: Stored<T>, nowMs: number): Write<Try<T>> {
  return {
    put: {
      ...once.key,
      request_hash: once.requestHash,
      made_by: identifyMaker(once.credential),
      answer: vault.encrypt(JSON.stringify(stored), once.key.pk),
      ttl: ttlAfter(nowMs),
    },
    guard: isNewOrPast(nowMs),
    refused: (present) => required(readFirstAnswer<T>(vault, once, present, nowMs), 'an answer is in its own way'),
  };
}

/**
 * Deletes a person's stored answer. The key stays taken until its time is over, so that the request is not repeated.
 */
export function eraseAnswer(key: Key, ttl: number): Write<never> {
  return { put: { ...key, erased: true, ttl } };
}

/** Deletes an answer whose time is over. If another request has taken the key since, its answer stays. */
export function eraseAnswerPast<R>(key: Key, ttl: number, refused: () => R): Write<R> {
  return { put: { ...key, erased: true, ttl }, guard: equals('ttl', ttl), refused };
}

const ttlAfter = (nowMs: number): number => Math.floor(nowMs / 1000) + KEPT_HOURS * HOUR_S;

/**
 * Commits a change together with its answer. The failed guard of the stored answer returns the first answer to the same
 * request, so nothing has to be read before.
 */
export async function commitOnce<T>(
  call: {
    table: Table;
    vault: Vault;
    once: Once | undefined;
    nowMs: number;
    /** The customer that the answer concerns. The answer is listed there, so that an erasure finds it. */
    about?: AnswerSubject;
    /** A secret that the answer shows, so that a replay can hide it. */
    secret?: Secret;
    /** The caller's API key, for a change that outlives it. */
    heldTo?: LiveKey | undefined;
  },
  answer: Answer<T>,
  writes: readonly Write<Refusal | Retry>[],
): Promise<Try<T>> {
  const { vault, once, nowMs, about, secret, heldTo } = call;
  const all: Write<Try<T>>[] = [
    ...(once ? [recordAnswer(vault, once, { answer, secret }, nowMs)] : []),
    ...(once && about ? listAnswer(about, once.key, ttlAfter(nowMs)) : []),
    ...writes,
  ];
  // The platform team's keys are not in the brand for which the team makes something.
  const table = heldTo ? { ...call.table, owners: [...call.table.owners, heldTo.owner] } : call.table;
  return commit(table, answer, heldTo ? heldToKey(heldTo, nowMs, all) : all);
}

/**
 * Returns the first answer instead of a refusal, if there is one by now. A batch read is no snapshot: the same request,
 * sent twice, may have caused the refusal after its record was read.
 */
export async function replayIfRefused<T>(
  { table, vault, nowMs }: { table: Table<'GetItem'>; vault: Vault; nowMs: number },
  once: Once | undefined,
  outcome: Try<T>,
): Promise<Try<T>> {
  if (once === undefined || outcome.kind !== 'refused') return outcome;
  return (await storedAnswer<T>(table, vault, once, nowMs)) ?? outcome;
}

/** The first answer, for a change that would be refused or repeated the second time. */
export async function storedAnswer<T>(
  table: Table<'GetItem'>,
  vault: Vault,
  once: Once,
  nowMs: number,
): Promise<Done<Answer<T>> | Refusal | undefined> {
  return readFirstAnswer<T>(vault, once, await getOne(table, once.key), nowMs);
}
