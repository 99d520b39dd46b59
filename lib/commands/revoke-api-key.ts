import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { authorOf, type PlatformContext } from '../context.ts';
import type { ApiKeyView, RevokeApiKeyInput } from '../http/routes/admin.ts';
import { apiKeyById, apiKeyView, putChangedApiKey } from '../table/api-keys.ts';
import { brandById } from '../table/brands.ts';
import { journalWrite } from '../table/journal.ts';
import type { Answer } from '../table/once.ts';
import { retrying } from '../table/retrying.ts';
import { transact } from '../table/transact.ts';

/** Revokes an API key of a brand: it is refused from the very next request. Again changes nothing. */
export async function revokeApiKey(ctx: PlatformContext, input: RevokeApiKeyInput): Promise<Answer<ApiKeyView> | Refusal> {
  const found = await brandById(ctx.table, input.brand_id);
  if (isRefusal(found)) return found;
  const { table, brand } = found;
  return retrying<Answer<ApiKeyView> | Refusal>(table, async () => {
    const apiKey = await apiKeyById(table, brand.key_prefix, input.api_key_id);
    if (apiKey === undefined) return refuse('api_key_not_found');
    if (apiKey.revoked_at !== null) return { body: apiKeyView(apiKey) };
    const now = isoSeconds(ctx.nowMs);
    const revoked = { ...apiKey, revoked_at: now, updated_at: now, seq: apiKey.seq + 1 };
    const outcome = await transact<'again'>(table, [
      putChangedApiKey(brand.key_prefix, revoked, () => 'again'),
      journalWrite(authorOf(ctx, brand.key_prefix, { type: 'admin', id: ctx.credential.id }), {
        type: 'api_key.revoked',
        entity: { type: 'api_key', id: apiKey.id },
        seq: revoked.seq,
        notBefore: apiKey.updated_at,
        before: { revoked_at: null },
        after: { revoked_at: now },
      }),
    ]);
    return outcome === 'committed' ? { body: apiKeyView(revoked) } : 'again';
  });
}
