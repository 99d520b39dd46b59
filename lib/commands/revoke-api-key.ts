import { apiKeyView } from '../views/api-key-view.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { buildBrandAuthor, type OwnerContext } from '../context.ts';
import type { ApiKeyView, RevokeApiKeyInput } from '../api/schemas/api-key.ts';
import { apiKeyById, putRevokedApiKey } from '../table/api-keys.ts';
import { journalWrite } from '../table/journal.ts';
import type { Answer, Try } from '../table/once.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { commit } from '../dynamo/transact.ts';

/** Revokes an API key: the very next request with it is refused. A repeat changes nothing. */
export function revokeApiKey(ctx: OwnerContext, input: RevokeApiKeyInput): Promise<Answer<ApiKeyView> | Refusal> {
  const { owner } = ctx;
  return retrying(ctx.table, async (): Promise<Try<ApiKeyView>> => {
    const apiKey = await apiKeyById(ctx.table, owner, input.api_key_id);
    if (apiKey === undefined) return refuse('api_key_not_found');
    if (apiKey.revoked_at !== null) return done({ body: apiKeyView(apiKey) });
    const now = timeAfter(apiKey.updated_at, ctx.nowMs);
    const revoked = { ...apiKey, revoked_at: now, updated_at: now, seq: apiKey.seq + 1 };
    return commit(ctx.table, { body: apiKeyView(revoked) }, [
      ...putRevokedApiKey(owner, revoked, retry),
      journalWrite(buildBrandAuthor(ctx), {
        type: 'api_key.revoked',
        entity: { type: 'api_key', id: apiKey.id },
        seq: revoked.seq,
        reason: input.reason,
        notBefore: apiKey.updated_at,
        before: { revoked_at: null },
        after: { revoked_at: now },
      }),
    ]);
  });
}
