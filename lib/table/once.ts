import type { Key } from '../dynamo/schema.ts';
import type { Vault } from '../process/vault.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { Credential } from '../domain/credential.ts';
import { answerKeys } from './keys.ts';
import { listAnswer, type AnswerSubject } from './listed-answers.ts';
import { heldToKey, type LiveKey } from './live-key.ts';
import { bodySeenBy, makerOf, type Secret } from '../domain/shown-secret.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import { isNewOrPast, equals } from '../dynamo/condition.ts';

const KEPT_HOURS = 24;

/** What an answer is stored as and given again: created or not, which version of a thing it shows, and its body. */
export type Answer<T = unknown> = { created?: boolean; replayed?: boolean; etag?: string; body: T };

/**
 * A request that must have its effect once. The record of its answer is one more guarded write in the transaction of the change itself:
 * it costs no round trip, and a process that dies after the commit has left the answer behind.
 */
export type Once = { key: Key; requestHash: string; credential: Credential };

/**
 * The credential's `id` is the API key's, or the license key's hash: what one caller stores, no other can meet. The
 * tokens of an API key share its records, so that a request sent again with a newer token has no second effect.
 */
export function onceFor(
  brand: string,
  credential: Credential,
  { idempotencyKey, requestHash }: { idempotencyKey: string; requestHash: string },
): Once {
  return { key: answerKeys.once(brand, credential.id, idempotencyKey), requestHash, credential };
}

/** What is stored: the answer as it was given, and besides the whole text of a secret that it shows, in full or not. */
type Stored<T> = { answer: Answer<T>; secret?: Secret | undefined };

/**
 * The first answer, if this request was answered before, its secrets as the one who asks now may see them; a refusal,
 * if another request came under its key or the answer has been erased.
 */
export function replayOf<T>(
  vault: Vault,
  once: Once,
  record: Item | undefined,
  nowMs: number,
): Answer<T> | Refusal | undefined {
  if (!record || Number(record['ttl']) * 1000 <= nowMs) return undefined;
  if (record['erased'] === true) return refuse('answer_erased');
  if (record['request_hash'] !== once.requestHash) return refuse('idempotency_key_reused');
  const { answer, secret } = JSON.parse(vault.decrypt(String(record['answer']), once.key.pk)) as Stored<T>;
  const isMaker = record['made_by'] === makerOf(once.credential);
  const body = isMaker || secret === undefined ? answer.body : bodySeenBy(once.credential, answer.body, secret);
  return { ...answer, body, replayed: true };
}

/** The write that stores the answer. `refused` gets the record of another request that was quicker. */
function recordAnswer<T, R>(
  vault: Vault,
  once: Once,
  stored: Stored<T>,
  nowMs: number,
  refused: (record: Item | undefined) => R,
): Write<R> {
  return {
    put: {
      ...once.key,
      request_hash: once.requestHash,
      made_by: makerOf(once.credential),
      answer: vault.encrypt(JSON.stringify(stored), once.key.pk),
      ttl: ttlAfter(nowMs),
    },
    guard: isNewOrPast(nowMs),
    refused,
  };
}

/** Drops a person's stored answer. Until its time is over the key stays taken, so that the request it answered is not done once more. */
export function eraseAnswer(key: Key, ttl: number): Write<never> {
  return { put: { ...key, erased: true, ttl } };
}

/** The same for an answer whose time is over: the key may have been taken by another request since, whose answer stays. */
export function eraseAnswerPast<R>(key: Key, ttl: number, refused: () => R): Write<R> {
  return { put: { ...key, erased: true, ttl }, guard: equals('ttl', ttl), refused };
}

const ttlAfter = (nowMs: number): number => Math.floor(nowMs / 1000) + KEPT_HOURS * 3600;

/**
 * Commits a change that needs no decision but its guards, and its answer with it. A request that came before under the
 * same idempotency key is found by the failed guard, so that nothing has to be read first. An answer that tells
 * something `about` a customer is listed with that one, to be found again; one that shows a `secret` names it, so that
 * a replay can hide it. What outlives the caller's API key names that as `heldTo`.
 */
export async function commitOnce<T>(
  call: {
    table: Table;
    vault: Vault;
    once: Once | undefined;
    nowMs: number;
    about?: AnswerSubject;
    secret?: Secret;
    heldTo?: LiveKey;
  },
  answer: Answer<T>,
  writes: readonly Write<Refusal | 'again'>[],
): Promise<Answer<T> | Refusal | 'again'> {
  const { vault, once, nowMs, about, secret, heldTo } = call;
  const record: Write<{ record: Item | undefined }>[] = once
    ? [recordAnswer(vault, once, { answer, secret }, nowMs, (present) => ({ record: present }))]
    : [];
  const all: Write<Refusal | 'again' | { record: Item | undefined }>[] = [
    ...record,
    ...(once && about ? listAnswer(about, once.key, ttlAfter(nowMs)) : []),
    ...writes,
  ];
  // The platform team's keys lie apart from the brand that the team makes something for.
  const table = heldTo ? { ...call.table, owners: [...call.table.owners, heldTo.owner] } : call.table;
  const outcome = await transact(table, heldTo ? heldToKey(heldTo, nowMs, all) : all);
  if (outcome === 'committed') return answer;
  if (outcome === 'again' || isRefusal(outcome)) return outcome;
  return (once && replayOf<T>(vault, once, outcome.record, nowMs)) ?? 'again';
}

/**
 * The first answer instead of a refusal, if there is one by now: a batch read is no snapshot, so that what refuses may
 * be what this very request, sent twice, did a moment after its record was read.
 */
export async function replayIfRefused<T>(
  { table, vault, nowMs }: { table: Table<'GetItem'>; vault: Vault; nowMs: number },
  once: Once | undefined,
  outcome: Answer<T> | Refusal | 'again',
): Promise<Answer<T> | Refusal | 'again'> {
  if (once === undefined || outcome === 'again' || !isRefusal(outcome)) return outcome;
  return (await storedAnswer<T>(table, vault, once, nowMs)) ?? outcome;
}

/** The answer given before, for a change that would be refused the second time, or would be made anew. */
export async function storedAnswer<T>(
  table: Table<'GetItem'>,
  vault: Vault,
  once: Once,
  nowMs: number,
): Promise<Answer<T> | Refusal | undefined> {
  return replayOf<T>(vault, once, await getOne(table, once.key), nowMs);
}
