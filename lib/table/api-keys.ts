import type { Key } from '../dynamo/schema.ts';
import type { Scope } from '../domain/scopes.ts';
import { keys, listKeys } from './keys.ts';
import { getMany, getOne, type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';
import { isNew, unchangedSince, type Condition, equals, isPresent } from '../dynamo/condition.ts';

export type ApiKey = {
  id: string;
  name: string;
  scopes: Scope[];
  /** The last four characters of the text, by which its owner recognizes it. */
  last_four: string;
  text_hash: string;
  expires_at: string | null;
  allowed_cidrs: string[];
  /** Requests a minute with this key; null means the owner's limit. */
  rate_limit_per_minute: number | null;
  /** Updated once an hour. */
  last_used_at: string | null;
  revoked_at: string | null;
  /** The hash of the previous text, while that may still work. */
  previous_hash?: string;
  /** The hash of the next text, once this one has been replaced. */
  next_hash?: string;
  created_at: string;
  updated_at: string;
  seq: number;
};

/** The values of fields that an API key of an older version may lack. */
const NEWER_FIELDS = { allowed_cidrs: [], rate_limit_per_minute: null, last_used_at: null } as const;

export function parseApiKeyItem(item: Item): ApiKey {
  const { pk: _pk, sk: _sk, ...apiKey } = item;
  return { ...NEWER_FIELDS, ...apiKey } as unknown as ApiKey;
}

/** A key's entry in its owner's list, with the hash of its text. Every change is guarded by the hash that was read. */
type ListEntry = Pick<ApiKey, 'text_hash'>;

const listEntry = (owner: string, { id, text_hash }: ApiKey): Key & ListEntry => ({
  ...listKeys.apiKeyInList(owner, id),
  text_hash,
});

const hasText = (hash: string): Condition => equals('text_hash', hash);

export function putNewApiKey(owner: string, apiKey: ApiKey): Write<never>[] {
  return [
    { put: { ...keys.apiKey(owner, apiKey.text_hash), ...apiKey }, guard: isNew },
    { put: listEntry(owner, apiKey), guard: isNew },
  ];
}

/** Revokes a key: its present text and the previous one. */
export function putRevokedApiKey<R>(owner: string, apiKey: ApiKey, refused: () => R): Write<R>[] {
  const { revoked_at, updated_at, seq, previous_hash } = apiKey;
  return [
    {
      update: keys.apiKey(owner, apiKey.text_hash),
      set: { revoked_at, updated_at, seq },
      guard: unchangedSince(seq - 1),
      refused,
    },
    { put: listEntry(owner, apiKey), guard: hasText(apiKey.text_hash), refused },
    ...(previous_hash === undefined
      ? []
      : [{ update: keys.apiKey(owner, previous_hash), set: { revoked_at }, guard: isPresent }]),
  ];
}

/** Gives a key a new text. The previous text works until its own earlier end; the one before that stops now. */
export function putRotatedApiKey<R>(
  owner: string,
  previous: ApiKey,
  rotated: ApiKey,
  oldEnds: string,
  refused: () => R,
): Write<R>[] {
  return [
    {
      update: keys.apiKey(owner, previous.text_hash),
      set: { expires_at: oldEnds, seq: rotated.seq, next_hash: rotated.text_hash },
      guard: unchangedSince(previous.seq),
      refused,
    },
    { put: { ...keys.apiKey(owner, rotated.text_hash), ...rotated }, guard: isNew },
    { put: listEntry(owner, rotated), guard: hasText(previous.text_hash), refused },
    ...(previous.previous_hash === undefined
      ? []
      : [
          {
            update: keys.apiKey(owner, previous.previous_hash),
            set: { revoked_at: rotated.updated_at },
            guard: isPresent,
          },
        ]),
  ];
}

type Reads = Table<'GetItem' | 'BatchGetItem'>;

export async function apiKeyById(table: Reads, owner: string, id: string): Promise<ApiKey | undefined> {
  const entry = await getOne(table, listKeys.apiKeyInList(owner, id));
  const [apiKey] = entry ? await presentKeys(table, owner, [String(entry['text_hash'])]) : [];
  return apiKey;
}

/** The present keys of these texts. A text that was replaced since its hash was read leads on to the next one. */
async function presentKeys(table: Table<'BatchGetItem'>, owner: string, hashes: readonly string[]): Promise<ApiKey[]> {
  const found = await getMany(
    table,
    hashes.map((hash) => keys.apiKey(owner, hash)),
  );
  const apiKeys = found.filter((item) => item !== undefined).map((item) => parseApiKeyItem(item));
  if (apiKeys.every(({ next_hash }) => next_hash === undefined)) return apiKeys;
  return presentKeys(
    table,
    owner,
    apiKeys.map(({ text_hash, next_hash }) => next_hash ?? text_hash),
  );
}

export async function readApiKeys(
  table: Table<'Query' | 'BatchGetItem'>,
  owner: string,
  page: { limit: number; after?: Key | undefined },
): Promise<{ apiKeys: ApiKey[]; last: Key | undefined }> {
  const { items, last } = await query(table, {
    pk: keys.brand(owner).pk,
    begins: 'api-key#',
    newestFirst: true,
    ...page,
  });
  const hashes = items.map((item) => String(item['text_hash']));
  return { apiKeys: await presentKeys(table, owner, hashes), last };
}
