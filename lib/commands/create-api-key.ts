import { hashApiKey, newApiKey } from '../domain/api-key.ts';
import { newId } from '../domain/ids.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { DEFAULT_BRAND_SCOPES, type Scope } from '../domain/scopes.ts';
import { isoSeconds } from '../domain/time.ts';
import { brandAuthor, type BrandContext } from '../context.ts';
import type { ApiKeyWithText, CreateApiKeyInput } from '../http/routes/catalog.ts';
import { apiKeyView, putNewApiKey, type ApiKey } from '../table/api-keys.ts';
import { journalWrite } from '../table/journal.ts';
import { commitOnce, onceFor, type Answer } from '../table/once.ts';
import { retrying } from '../table/retrying.ts';

/** Creates an API key of a brand. Its text is in this answer and nowhere else. A brand's key can give no scope that it does not hold. */
export async function createApiKey(ctx: BrandContext, input: CreateApiKeyInput): Promise<Answer<ApiKeyWithText> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const { name, expires_at, allowed_cidrs, rate_limit_per_minute } = input;
  const scopes = input.scopes ?? DEFAULT_BRAND_SCOPES.filter((scope) => mayGrant(ctx, scope));
  const beyond = scopes.find((scope) => !mayGrant(ctx, scope));
  if (beyond !== undefined) return refuse('scope_not_grantable', { scope: beyond });
  const text = newApiKey(brand);
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
  const once = ctx.once && onceFor(brand, ctx.credential.id, ctx.once);
  return retrying(ctx.table, () =>
    commitOnce({ table: ctx.table, vault: ctx.vault, once, nowMs: ctx.nowMs }, { created: true, body: { ...apiKeyView(apiKey), api_key: text } }, [
      ...putNewApiKey(brand, apiKey),
      journalWrite(brandAuthor(ctx), {
        type: 'api_key.created',
        entity: { type: 'api_key', id: apiKey.id },
        seq: 1,
        before: null,
        after: { id: apiKey.id, name, scopes, expires_at, allowed_cidrs, rate_limit_per_minute },
      }),
    ]),
  );
}

/** The platform team may grant a brand's key anything that a brand can do; a brand's key only what it holds itself. */
const mayGrant = ({ actor, credential }: BrandContext, scope: Scope): boolean => actor.type === 'admin' || credential.scopes.includes(scope);
