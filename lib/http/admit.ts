import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { looksLikeToken } from '../domain/token.ts';
import type { Context } from '../context.ts';
import { apiKeyIn, authenticate, noteUse, type Caller } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { madeUpCredentials } from './made-up-credentials.ts';
import { rateHeaders, takeRates } from './rate-limit.ts';
import type { Endpoint } from '../api/route.ts';

/**
 * The result of authenticating a call with an API key: the caller or the refusal, and the headers with the caller's
 * limits.
 */
export type Admission = { caller: Caller | Refusal; headers: Record<string, string> };

/**
 * Lets a call in: its key, its limits, its scope. It counts as soon as the key is known, so that refused scopes and bad
 * input count too.
 */
export async function admit(
  event: APIGatewayProxyEventV2,
  ctx: Context,
  route: Pick<Endpoint, 'auth' | 'access' | 'scope' | 'alsoScopes'>,
): Promise<Admission> {
  const text = apiKeyIn(event.headers);
  if (isRefusal(text)) return { caller: text, headers: {} };
  const { nowMs, stage } = ctx;
  const madeUp = madeUpCredentials(ctx);
  const { sourceIp } = event.requestContext.http;
  const { sign } = looksLikeToken(text) ? await ctx.openVault() : ctx.vault;
  const changes = route.access === 'write';
  const caller = await authenticate(text, { sourceIp, nowMs, table: ctx.table, madeUp, sign, stage, changes });
  if (isRefusal(caller)) return { caller, headers: {} };
  const table = ctx.table(caller.owner);
  const [rates] = await Promise.all([takeRates(table, caller, nowMs), noteUse(table, caller, nowMs)]);
  const headers = rateHeaders(rates);
  const exceeded = rates.find((rate) => rate.exceeded);
  if (exceeded) return { caller: refuse('rate_limited', { retry_after_seconds: exceeded.reset_seconds }), headers };
  return { caller: authorize(caller, route) ?? caller, headers };
}
