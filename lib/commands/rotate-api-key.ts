import { apiKeyView } from '../views/api-key-view.ts';
import { hashApiKey } from '../domain/api-key.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { HOUR_MS, isoSeconds, parseMs, timeAfter } from '../domain/time.ts';
import { buildBrandAuthor, findLiveKey, type OwnerContext } from '../context.ts';
import type { ApiKeyWithText, RotateApiKeyInput } from '../api/schemas/api-key.ts';
import { apiKeyById, putRotatedApiKey, type ApiKey } from '../table/api-keys.ts';
import { journalWrite } from '../table/journal.ts';
import { commitOnce, buildOnce, storedAnswer, type Answer, type Try } from '../table/once.ts';
import { retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { newKeyText, scopeBeyond } from './api-key-grant.ts';

/**
 * Gives an API key a new text; id, scopes and limits stay. A caller who could not have created the key is refused. The
 * old text works through the overlap, but never longer than the key.
 */
export function rotateApiKey(ctx: OwnerContext, input: RotateApiKeyInput): Promise<Answer<ApiKeyWithText> | Refusal> {
  const { owner } = ctx;
  const once = ctx.once && buildOnce(owner, ctx.credential, ctx.once);
  return retrying(ctx.table, async (): Promise<Try<ApiKeyWithText>> => {
    const replay = once && (await storedAnswer<ApiKeyWithText>(ctx.table, ctx.vault, once, ctx.nowMs));
    if (replay) return replay;
    const previous = await apiKeyById(ctx.table, owner, input.api_key_id);
    if (previous === undefined) return refuse('api_key_not_found');
    if (previous.revoked_at !== null) return refuse('api_key_revoked');
    const beyond = scopeBeyond(ctx, previous.scopes);
    if (beyond !== undefined) return refuse('scope_not_grantable', { scope: beyond });

    const text = newKeyText(ctx);
    const rotated: ApiKey = {
      ...previous,
      last_four: text.slice(-4),
      text_hash: hashApiKey(text),
      previous_hash: previous.text_hash,
      updated_at: timeAfter(previous.updated_at, ctx.nowMs),
      seq: previous.seq + 1,
    };
    const oldEnds = isoSeconds(
      Math.min(
        ctx.nowMs + input.overlap_hours * HOUR_MS,
        previous.expires_at === null ? Infinity : parseMs(previous.expires_at),
      ),
    );
    const { table, vault, nowMs } = ctx;
    return commitOnce(
      { table, vault, once, nowMs, secret: { at: ['api_key'], text }, heldTo: findLiveKey(ctx) },
      { body: { ...apiKeyView(rotated), api_key: text } },
      [
        ...putRotatedApiKey(owner, previous, rotated, oldEnds, retry),
        journalWrite(buildBrandAuthor(ctx), {
          type: 'api_key.rotated',
          entity: { type: 'api_key', id: previous.id },
          seq: rotated.seq,
          notBefore: previous.updated_at,
          before: null,
          after: { old_key_valid_until: oldEnds },
        }),
      ],
    );
  });
}
