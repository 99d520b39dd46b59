import { hash } from 'node:crypto';
import { platformKeys } from './keys.ts';
import { getOne, type Table } from '../dynamo/table.ts';
import { allOf, equals } from '../dynamo/condition.ts';
import { transact } from '../dynamo/transact.ts';
import { updateItem } from '../dynamo/update.ts';
import type { Key } from '../dynamo/schema.ts';
import { SECOND_MS } from '../domain/time.ts';

/** A person's session in the console. Times are milliseconds since 1970. */
export type StoredSession = {
  /** The person, groups and refresh token, encrypted. */
  sealed: string;
  created_ms: number;
  seen_ms: number;
  /** Until then the groups count as they are; later they are asked for again. */
  asked_until_ms: number;
  /** The request that asks for the groups again has until then. */
  asking_until_ms: number;
};

/** The id is a secret: only its hash is stored. A session of another stage has another hash. */
export const sessionKey = (stage: string, id: string): Key =>
  platformKeys.session(hash('sha256', `${stage}\n${id}`, 'base64url'));

export async function readSession(table: Table<'GetItem'>, key: Key): Promise<StoredSession | undefined> {
  const item = await getOne(table, key);
  if (item === undefined) return undefined;
  const { pk: _pk, sk: _sk, ttl: _ttl, ...session } = item;
  return session as StoredSession;
}

export async function putSession(table: Table, key: Key, session: StoredSession, endsMs: number): Promise<void> {
  await transact<never>(table, [{ put: { ...key, ...session, ttl: Math.ceil(endsMs / SECOND_MS) } }]);
}

/** Changes a session if it is still as it was read. One that has ended is not made again. */
export async function changeSession(
  table: Table<'UpdateItem'>,
  key: Key,
  changes: Partial<StoredSession>,
  asRead: Pick<StoredSession, 'seen_ms'> | Pick<StoredSession, 'asking_until_ms'>,
): Promise<boolean> {
  const guard = allOf(...Object.entries(asRead).map(([name, value]) => equals(name, value)));
  return (await updateItem(table, key, { set: changes }, { guard })).isWritten;
}

export async function removeSession(table: Table, key: Key): Promise<void> {
  await transact<never>(table, [{ remove: key }]);
}
