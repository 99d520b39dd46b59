import { apiKeyView } from '../views/api-key-view.ts';
import { newId } from '../process/ids.ts';
import { hashApiKey } from '../domain/api-key.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Scope } from '../domain/scopes.ts';
import { isoSeconds } from '../domain/time.ts';
import { buildBrandAuthor, findLiveKey, type OwnerContext } from '../context.ts';
import type { ApiKeyWithText, CreateApiKeyInput } from '../api/schemas/api-key.ts';
import { putNewApiKey, type ApiKey } from '../table/api-keys.ts';
import { journalWrite } from '../table/journal.ts';
import { commitOnce, buildOnce, type Answer } from '../table/once.ts';
import { retrying } from '../dynamo/retrying.ts';
import { grantable, newKeyText, scopeBeyond } from './api-key-grant.ts';

type Input = Omit<CreateApiKeyInput, 'scopes'> & { scopes?: Scope[] | undefined };

/** Creates an API key. Only this answer contains its text. A key cannot grant a scope that it does not have. */
export async function createApiKey(ctx: OwnerContext, input: Input): Promise<Answer<ApiKeyWithText> | Refusal> {
  const { owner } = ctx;
  const { name, expires_at, allowed_cidrs, rate_limit_per_minute } = input;
  const scopes = input.scopes ?? grantable(ctx);
  const beyond = scopeBeyond(ctx, scopes);
  if (beyond !== undefined) return refuse('scope_not_grantable', { scope: beyond });
  const text = newKeyText(ctx);
  const now = isoSeconds(ctx.nowMs);
  const apiKey: ApiKey = {
    id: newId(ctx.nowMs),
    name,
    scopes,
    last_four: text.slice(-4),
    text_hash: hashApiKey(text),
    expires_at,
    allowed_cidrs,
    rate_limit_per_minute,
    last_used_at: null,
    revoked_at: null,
    created_at: now,
    updated_at: now,
    seq: 1,
  };
  const { table, vault, nowMs } = ctx;
  const once = ctx.once && buildOnce(owner, ctx.credential, ctx.once);
  return retrying(table, () =>
    commitOnce(
      { table, vault, once, nowMs, secret: { at: ['api_key'], text }, heldTo: findLiveKey(ctx) },
      { created: true, body: { ...apiKeyView(apiKey), api_key: text } },
      [
        ...putNewApiKey(owner, apiKey),
        journalWrite(buildBrandAuthor(ctx), {
          type: 'api_key.created',
          entity: { type: 'api_key', id: apiKey.id },
          seq: 1,
          before: null,
          after: { id: apiKey.id, name, scopes, expires_at, allowed_cidrs, rate_limit_per_minute },
        }),
      ],
    ),
  );
}
