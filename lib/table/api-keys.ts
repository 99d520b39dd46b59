import type { Scope } from '../domain/scopes.ts';
import { keys, type Key } from './keys.ts';
import { getMany, getOne, query, type Item, type Table } from './table.ts';
import { isNew, unchangedSince, type Condition, type Write } from './transact.ts';

export type ApiKey = {
  id: string;
  name: string;
  scopes: Scope[];
  /** The last four characters of the text, by which its owner tells it from others. */
  last_four: string;
  text_hash: string;
  expires_at: string | null;
  allowed_cidrs: string[];
  /** Requests a minute by this key; null is as many as its owner. */
  rate_limit_per_minute: number | null;
  /** Noted once an hour. */
  last_used_at: string | null;
  revoked_at: string | null;
  /** The hash of the text before the present one, while that may still work. */
  previous_hash?: string;
  created_at: string;
  updated_at: string;
  seq: number;
};

export function apiKeyOf(item: Item): ApiKey {
  const { pk: _pk, sk: _sk, ...apiKey } = item;
  return apiKey as ApiKey;
}

/** What may be shown of a key: all but its hashes. */
export function apiKeyView({
  text_hash: _hash,
  previous_hash: _previous,
  updated_at: _updated,
  seq: _seq,
  ...view
}: ApiKey) {
  return view;
}

export function putNewApiKey(owner: string, apiKey: ApiKey): Write<never>[] {
  return [
    { put: { ...keys.apiKey(owner, apiKey.text_hash), ...apiKey }, guard: isNew },
    { put: { ...keys.apiKeyInList(owner, apiKey.id), text_hash: apiKey.text_hash }, guard: isNew },
  ];
}

/** Takes a key's right away: of its present text and of the one before. */
export function putRevokedApiKey<R>(owner: string, apiKey: ApiKey, refused: () => R): Write<R>[] {
  const { revoked_at, updated_at, seq, previous_hash } = apiKey;
  return [
    {
      update: keys.apiKey(owner, apiKey.text_hash),
      set: { revoked_at, updated_at, seq },
      guard: unchangedSince(seq - 1),
      refused,
    },
    ...(previous_hash === undefined
      ? []
      : [{ update: keys.apiKey(owner, previous_hash), set: { revoked_at }, guard: isThere }]),
  ];
}

/** Gives a key a new text. The one before stays, to its own earlier end; the one before that ends now. */
export function putRotatedApiKey<R>(
  owner: string,
  was: ApiKey,
  rotated: ApiKey,
  oldEnds: string,
  refused: () => R,
): Write<R>[] {
  return [
    {
      update: keys.apiKey(owner, was.text_hash),
      set: { expires_at: oldEnds, seq: rotated.seq },
      guard: unchangedSince(was.seq),
      refused,
    },
    { put: { ...keys.apiKey(owner, rotated.text_hash), ...rotated }, guard: isNew },
    { put: { ...keys.apiKeyInList(owner, rotated.id), text_hash: rotated.text_hash }, guard: isThere },
    ...(was.previous_hash === undefined
      ? []
      : [{ update: keys.apiKey(owner, was.previous_hash), set: { revoked_at: rotated.updated_at }, guard: isThere }]),
  ];
}

const isThere: Condition = { expression: 'attribute_exists(pk)' };

export async function apiKeyById(table: Table<'GetItem'>, owner: string, id: string): Promise<ApiKey | undefined> {
  const entry = await getOne(table, keys.apiKeyInList(owner, id));
  const item = entry && (await getOne(table, keys.apiKey(owner, String(entry['text_hash']))));
  return item && apiKeyOf(item);
}

export async function apiKeysOf(
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
  const found = await getMany(
    table,
    items.map((item) => keys.apiKey(owner, String(item['text_hash']))),
  );
  return { apiKeys: found.flatMap((item) => (item ? [apiKeyOf(item)] : [])), last };
}
