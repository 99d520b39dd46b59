import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { addressAllowed, hashApiKey, readApiKeyOwner, PLATFORM_OWNER, sameHash } from '../domain/api-key.ts';
import { required } from '../domain/invariant.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { looksLikeToken, readToken, type TokenClaims } from '../domain/token.ts';
import type { Scope } from '../domain/scopes.ts';
import { HOUR_MS, isDue, parseMs, timeAfter } from '../domain/time.ts';
import { parseApiKeyItem, type ApiKey } from '../table/api-keys.ts';
import { parseBrandItem, type Brand } from '../table/brands.ts';
import { keys, PLATFORM } from '../table/keys.ts';
import type { LiveKey } from '../table/live-key.ts';
import { getMany, getOne, type Item, type Table } from '../dynamo/table.ts';
import type { Credential } from '../domain/credential.ts';
import type { Vault } from '../process/vault.ts';
import type { MadeUpCredentials } from './made-up-credentials.ts';
import { updateItem } from '../dynamo/update.ts';
import { equals } from '../dynamo/condition.ts';

/** The known fields of the API key behind a call; with a token, only those in the token. */
type KeyOfCall = Pick<ApiKey, 'id' | 'rate_limit_per_minute'>;

/** The caller: a brand, or the platform team (`brand` undefined). */
export type Caller<K extends KeyOfCall = KeyOfCall> = {
  apiKey: K;
  /** Undefined by a token where the route changes nothing: the key is not read then. */
  liveKey: LiveKey | undefined;
  credential: Credential;
  owner: string;
  brand: Brand | undefined;
};

/**
 * The credential of a request: an API key in `X-API-Key`, or a key or token as bearer. Two different ones count as
 * none.
 */
export function apiKeyIn(headers: APIGatewayProxyEventV2['headers']): string | Refusal {
  const bearer = /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const apiKey = headers['x-api-key'];
  const text = apiKey ?? bearer;
  if (text === undefined || text === '')
    return refuse(headers['authorization'] === undefined ? 'api_key_missing' : 'api_key_invalid');
  if (apiKey !== undefined && looksLikeToken(apiKey)) return refuse('api_key_invalid');
  return apiKey !== undefined && bearer !== undefined && apiKey !== bearer ? refuse('api_key_invalid') : text;
}

type Request = {
  sourceIp: string;
  nowMs: number;
  table: (...owners: string[]) => Table<'GetItem' | 'BatchGetItem'>;
  madeUp: MadeUpCredentials;
};

/** `changes` says that the call is to change something, which outlives a token. */
type TokenRequest = Request & { sign: Vault['sign']; stage: string; changes: boolean };

/** Knows a caller by an API key's text or by a token. */
export async function authenticate(text: string, request: TokenRequest): Promise<Caller | Refusal> {
  return looksLikeToken(text) ? byToken(text, request) : byApiKey(text, request);
}

/**
 * Reads the API key and its brand, consistently and on every request, so that a revocation takes effect at once: one
 * round trip. A text that cannot be a key costs none, nor one that is known to be made up.
 */
export async function byApiKey(text: string, request: Request): Promise<Caller<ApiKey> | Refusal> {
  const named = readApiKeyOwner(text);
  if (named === undefined || (await request.madeUp.isKnown(text))) return request.madeUp.refuse();
  const owner = named === PLATFORM_OWNER ? PLATFORM : named;
  const hash = hashApiKey(text);
  // The platform has no brand's item: to ask for it would lead all who guess its keys to one partition.
  const wanted = [keys.apiKey(owner, hash), ...(owner === PLATFORM ? [] : [keys.brand(owner)])];
  const [found, brand] = await getMany(request.table(owner), wanted);
  if (found === undefined) return request.madeUp.refuse();
  const apiKey = livingKey(parseApiKeyItem(found), hash, request);
  if (isRefusal(apiKey)) return apiKey;
  return known({
    apiKey,
    liveKey: { owner, text_hash: hash, expires_at: apiKey.expires_at },
    credential: { id: apiKey.id, scopes: apiKey.scopes },
    owner,
    brand: brand && parseBrandItem(brand),
  });
}

/**
 * Takes the token's word for the API key, which is read only where the call changes something. The brand is read: its
 * status and limits take effect at once. A bad token costs no read.
 */
async function byToken(text: string, request: TokenRequest): Promise<Caller | Refusal> {
  const claims = readToken(text, { sign: request.sign, iss: request.stage, nowMs: request.nowMs });
  if (claims === 'invalid') return request.madeUp.refuse();
  if (claims === 'expired') return refuse('token_expired');
  if (!addressAllowed(claims.allowed_cidrs, request.sourceIp)) return refuse('address_not_allowed');
  const { sub: id, jti, brand: owner, rate_limit_per_minute } = claims;
  const found = request.changes
    ? await brandAndLivingKey(claims, request)
    : { brand: await brandOfToken(claims, request), liveKey: undefined };
  if (isRefusal(found)) return found;
  return known({
    apiKey: { id, rate_limit_per_minute },
    liveKey: found.liveKey,
    credential: { id, scopes: scopesOf(claims), token: jti },
    owner,
    brand: found.brand && parseBrandItem(found.brand),
  });
}

async function brandOfToken({ brand }: TokenClaims, { table }: Request): Promise<Item | undefined> {
  return brand === PLATFORM ? undefined : getOne(table(brand), keys.brand(brand));
}

/** The text that the token was given for must work now, as if it were sent itself. One read brings the brand, too. */
async function brandAndLivingKey(
  { brand: owner, key_hash }: TokenClaims,
  request: Request,
): Promise<{ brand: Item | undefined; liveKey: LiveKey } | Refusal> {
  const ofBrand = owner === PLATFORM ? [] : [keys.brand(owner)];
  const [found, brand] = await getMany(request.table(owner), [keys.apiKey(owner, key_hash), ...ofBrand]);
  const apiKey = livingKey(found && parseApiKeyItem(found), key_hash, request);
  return isRefusal(apiKey) ? apiKey : { brand, liveKey: { owner, text_hash: key_hash, expires_at: apiKey.expires_at } };
}

/** Nobody signs but the token endpoint, which takes scopes from the API key. */
const scopesOf = ({ scope }: TokenClaims): Scope[] => scope.split(' ') as Scope[];

function known<K extends KeyOfCall>(caller: Caller<K>): Caller<K> | Refusal {
  if (caller.owner !== PLATFORM && caller.brand === undefined) return refuse('api_key_invalid');
  return caller.brand?.status === 'suspended' ? refuse('brand_suspended') : caller;
}

function livingKey(
  apiKey: ApiKey | undefined,
  hash: string,
  { sourceIp, nowMs }: { sourceIp: string; nowMs: number },
): ApiKey | Refusal {
  if (apiKey === undefined || !sameHash(apiKey.text_hash, hash) || apiKey.revoked_at !== null)
    return refuse('api_key_invalid');
  if (isDue(apiKey.expires_at, nowMs)) return refuse('api_key_expired');
  if (!addressAllowed(apiKey.allowed_cidrs, sourceIp)) return refuse('address_not_allowed');
  return apiKey;
}

/**
 * Notes, once an hour, that a key is in use. It says nothing that a request depends on: when it fails, nothing is lost.
 */
export async function noteUse(
  table: Table<'UpdateItem'>,
  { apiKey, owner }: Pick<Caller<KeyOfCall & Partial<ApiKey>>, 'apiKey' | 'owner'>,
  nowMs: number,
): Promise<void> {
  // A token's key was noted when the token was given.
  if (apiKey.text_hash === undefined || apiKey.last_used_at === undefined) return;
  if (apiKey.last_used_at !== null && nowMs - parseMs(apiKey.last_used_at) < HOUR_MS) return;
  const used = { last_used_at: timeAfter(required(apiKey.created_at, 'a stored key has a time'), nowMs) };
  const key = keys.apiKey(owner, apiKey.text_hash);
  await updateItem(table, key, { set: used }, { guard: equals('id', apiKey.id) }).catch(() => undefined);
}
