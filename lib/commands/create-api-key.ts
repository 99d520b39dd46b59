import { hashApiKey, newApiKey } from '../domain/api-key.ts';
import { newId } from '../domain/ids.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { authorOf, type PlatformContext } from '../context.ts';
import type { ApiKeyView, CreateApiKeyInput } from '../http/routes/admin.ts';
import { apiKeyView, putNewApiKey, type ApiKey } from '../table/api-keys.ts';
import { brandById } from '../table/brands.ts';
import { journalWrite } from '../table/journal.ts';
import { PLATFORM } from '../table/keys.ts';
import { commitOnce, onceFor, type Answer } from '../table/once.ts';
import { retrying } from '../table/retrying.ts';

/** Creates an API key of a brand. Its text is in this answer and nowhere else. */
export async function createApiKey(ctx: PlatformContext, input: CreateApiKeyInput): Promise<Answer<ApiKeyView & { api_key: string }> | Refusal> {
  const found = await brandById(ctx.table, input.brand_id);
  if (isRefusal(found)) return found;
  const { table, brand } = found;
  const { name, scopes, expires_at, allowed_cidrs } = input;
  const text = newApiKey(brand.key_prefix);
  const now = isoSeconds(ctx.nowMs);
  const apiKey: ApiKey = {
    id: newId(ctx.nowMs),
    name,
    scopes,
    last_four: text.slice(-4),
    text_hash: hashApiKey(text),
    expires_at,
    allowed_cidrs,
    revoked_at: null,
    created_at: now,
    updated_at: now,
    seq: 1,
  };
  const once = ctx.once && onceFor(PLATFORM, ctx.credential.id, ctx.once);
  return retrying(table, () =>
    commitOnce({ table, vault: ctx.vault, once, nowMs: ctx.nowMs }, { created: true, body: { ...apiKeyView(apiKey), api_key: text } }, [
      ...putNewApiKey(brand.key_prefix, apiKey),
      journalWrite(authorOf(ctx, brand.key_prefix, { type: 'admin', id: ctx.credential.id }), {
        type: 'api_key.created',
        entity: { type: 'api_key', id: apiKey.id },
        seq: 1,
        before: null,
        after: { id: apiKey.id, name, scopes, expires_at, allowed_cidrs },
      }),
    ]),
  );
}
