import { newId } from '../process/ids.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { newToken, TOKEN_SECONDS } from '../domain/token.ts';
import { parseMs } from '../domain/time.ts';
import type { Answer } from '../table/once.ts';
import type { Context } from '../context.ts';
import { byApiKey, noteUse } from './authenticate.ts';
import { madeUpCredentials } from './made-up-credentials.ts';
import type { Client } from './oauth.ts';
import { takeRates } from './rate-limit.ts';
import type { IssueTokenInput, TokenAnswer } from '../api/tokens.ts';

/**
 * Gives a token for an API key that is good this moment. It counts as a request of that key, and is what `last_used_at`
 * sees of a key that is used by tokens alone. It stands with authentication rather than with the verbs: it changes
 * nothing of what the service is for.
 */
export async function issueToken(
  ctx: Context,
  input: IssueTokenInput & Client,
): Promise<Answer<TokenAnswer> | Refusal> {
  if (input.grant_type !== 'client_credentials')
    return refuse('grant_type_unsupported', { supported: ['client_credentials'] });
  if (input.client_id === undefined || input.client_secret === undefined) return refuse('api_key_missing');
  const { nowMs, table: open } = ctx;
  const madeUp = madeUpCredentials(ctx);
  const found = await byApiKey(input.client_secret, { sourceIp: input.sourceIp, nowMs, table: open, madeUp });
  if (isRefusal(found)) return found;
  const { apiKey, owner } = found;
  if (apiKey.id !== input.client_id.toLowerCase()) return madeUp.refuse();
  const table = ctx.table(owner);
  const [rates] = await Promise.all([takeRates(table, found, ctx.nowMs), noteUse(table, found, ctx.nowMs)]);
  const exceeded = rates.find((rate) => rate.exceeded);
  if (exceeded) return refuse('rate_limited', { retry_after_seconds: exceeded.reset_seconds });
  const wanted = [...new Set(input.scope?.split(' ').filter((scope) => scope !== '') ?? [])];
  const beyond = wanted.find((scope) => !apiKey.scopes.some((held) => held === scope));
  if (beyond !== undefined) return refuse('scope_not_grantable', { scope: beyond });
  const scope = (wanted.length === 0 ? apiKey.scopes : wanted).join(' ');
  const iat = Math.floor(ctx.nowMs / 1000);
  // A token never outlives the text that it was given for.
  const exp = Math.min(
    iat + TOKEN_SECONDS,
    apiKey.expires_at === null ? Infinity : Math.floor(parseMs(apiKey.expires_at) / 1000),
  );
  const { allowed_cidrs, rate_limit_per_minute } = apiKey;
  const claims = {
    iss: ctx.stage,
    sub: apiKey.id,
    brand: owner,
    scope,
    jti: newId(ctx.nowMs),
    key_hash: apiKey.text_hash,
    iat,
    exp,
    allowed_cidrs,
    rate_limit_per_minute,
  };
  return {
    body: { access_token: newToken(claims, ctx.vault.sign), token_type: 'Bearer', expires_in: exp - iat, scope },
  };
}
