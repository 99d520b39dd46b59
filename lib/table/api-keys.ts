import type { Scope } from '../domain/scopes.ts';
import { keys, type Key } from './keys.ts';
import { getMany, getOne, query, type Item, type Table } from './table.ts';
import { isNew, unchangedSince, type Write } from './transact.ts';

export type ApiKey = {
  id: string;
  name: string;
  scopes: Scope[];
  /** The last four characters of the text, by which its owner tells it from others. */
  last_four: string;
  text_hash: string;
  expires_at: string | null;
  allowed_cidrs: string[];
  revoked_at: string | null;
  created_at: string;
  updated_at: string;
  seq: number;
};

export function apiKeyOf(item: Item): ApiKey {
  const { pk: _pk, sk: _sk, ...apiKey } = item;
  return apiKey as ApiKey;
}

/** What may be shown of a key: all but its hash. */
export function apiKeyView({
  id,
  name,
  scopes,
  last_four,
  expires_at,
  allowed_cidrs,
  revoked_at,
  created_at,
}: ApiKey): Omit<ApiKey, 'text_hash' | 'updated_at' | 'seq'> {
  return { id, name, scopes, last_four, expires_at, allowed_cidrs, revoked_at, created_at };
}

export function putNewApiKey(owner: string, apiKey: ApiKey): Write<never>[] {
  return [
    { put: { ...keys.apiKey(owner, apiKey.text_hash), ...apiKey }, guard: isNew },
    { put: { ...keys.apiKeyInList(owner, apiKey.id), text_hash: apiKey.text_hash }, guard: isNew },
  ];
}

export function putChangedApiKey<R>(owner: string, apiKey: ApiKey, refused: () => R): Write<R> {
  return { put: { ...keys.apiKey(owner, apiKey.text_hash), ...apiKey }, guard: unchangedSince(apiKey.seq - 1), refused };
}

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
  const { items, last } = await query(table, { pk: keys.brand(owner).pk, begins: 'api-key#', newestFirst: true, ...page });
  const found = await getMany(
    table,
    items.map((item) => keys.apiKey(owner, String(item['text_hash']))),
  );
  return { apiKeys: found.flatMap((item) => (item ? [apiKeyOf(item)] : [])), last };
}
