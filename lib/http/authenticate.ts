import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { addressAllowed, hashApiKey, ownerOfApiKey, PLATFORM_OWNER, sameHash } from '../domain/api-key.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { isDue, isoSeconds, msOf } from '../domain/time.ts';
import { apiKeyOf, type ApiKey } from '../table/api-keys.ts';
import { brandOf, type Brand } from '../table/brands.ts';
import { keys, PLATFORM } from '../table/keys.ts';
import { getMany, note, type Table } from '../table/table.ts';
import type { Credential } from '../context.ts';
import type { Route } from './route.ts';

/** Who calls: a brand, or the platform team (`brand` undefined). */
export type Caller = { apiKey: ApiKey; credential: Credential; owner: string; brand: Brand | undefined };

/** The API key a request brings, in `X-API-Key` or as a bearer token; two that differ are none. */
export function apiKeyIn(headers: APIGatewayProxyEventV2['headers']): string | Refusal {
  const bearer = /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const apiKey = headers['x-api-key'];
  const text = apiKey ?? bearer;
  if (text === undefined || text === '') return refuse(headers['authorization'] === undefined ? 'api_key_missing' : 'api_key_invalid');
  return apiKey !== undefined && bearer !== undefined && apiKey !== bearer ? refuse('api_key_invalid') : text;
}

/**
 * Reads the API key and its brand, consistently and on every request, so that a revocation holds at once: one round trip.
 * A text that cannot be a key costs none.
 */
export async function authenticate(
  text: string,
  request: { sourceIp: string; nowMs: number; table: (...owners: string[]) => Table<'BatchGetItem'> },
): Promise<Caller | Refusal> {
  const named = ownerOfApiKey(text);
  if (named === undefined) return refuse('api_key_invalid');
  const owner = named === PLATFORM_OWNER ? PLATFORM : named;
  const hash = hashApiKey(text);
  const [found, brand] = await getMany(request.table(owner), [keys.apiKey(owner, hash), keys.brand(owner)]);
  const apiKey = found && apiKeyOf(found);
  const refusal = refusedFor(apiKey, hash, request);
  if (apiKey === undefined || refusal) return refusal ?? refuse('api_key_invalid');
  if (owner !== PLATFORM && brand === undefined) return refuse('api_key_invalid');
  const caller = { apiKey, credential: { id: apiKey.id, scopes: apiKey.scopes }, owner, brand: brand && brandOf(brand) };
  return caller.brand?.status === 'suspended' ? refuse('brand_suspended') : caller;
}

function refusedFor(apiKey: ApiKey | undefined, hash: string, { sourceIp, nowMs }: { sourceIp: string; nowMs: number }): Refusal | undefined {
  if (apiKey === undefined || !sameHash(apiKey.text_hash, hash) || apiKey.revoked_at !== null) return refuse('api_key_invalid');
  if (isDue(apiKey.expires_at, nowMs)) return refuse('api_key_expired');
  if (!addressAllowed(apiKey.allowed_cidrs, sourceIp)) return refuse('address_not_allowed');
  return undefined;
}

/** A known caller without the scope that a route asks for. A platform key is nobody's brand, and a brand's key never the platform's. */
export function scopeMissing(caller: Caller, route: Pick<Route, 'auth' | 'scope'>): Refusal | undefined {
  if (route.scope === undefined) return undefined;
  const rightKind = (route.auth === 'platform') === (caller.brand === undefined);
  return rightKind && caller.credential.scopes.includes(route.scope) ? undefined : refuse('scope_missing', { required_scope: route.scope });
}

const HOUR_MS = 3_600_000;

/** Notes, once an hour, that a key is in use. It says nothing that a request depends on: when it fails, nothing is lost. */
export async function noteUse(table: Table<'UpdateItem'>, { apiKey, owner }: Caller, nowMs: number): Promise<void> {
  if (apiKey.last_used_at !== null && nowMs - msOf(apiKey.last_used_at) < HOUR_MS) return;
  const used = { last_used_at: isoSeconds(nowMs) };
  await note(table, keys.apiKey(owner, apiKey.text_hash), used, { attribute: 'id', equals: apiKey.id }).catch(() => false);
}
