import { hashApiKey } from '../domain/api-key.ts';
import { newId } from '../process/ids.ts';
import { newUnmarkedPlatformKey } from '../process/new-credentials.ts';
import { PLATFORM_SCOPES } from '../domain/scopes.ts';
import { isoSeconds } from '../domain/time.ts';
import { buildAuthor, type Context } from '../context.ts';
import { putNewApiKey, type ApiKey } from '../table/api-keys.ts';
import { journalWrite } from '../table/journal.ts';
import { PLATFORM } from '../table/keys.ts';
import { transact } from '../dynamo/transact.ts';

/**
 * Creates an API key of the platform team with all of its scopes, and shows its text once. No route does this: the
 * first key cannot come from a route.
 */
export async function createPlatformKey(
  ctx: Pick<Context, 'requestId' | 'nowMs' | 'table'>,
  input: { name: string; rate_limit_per_minute?: number },
): Promise<{ id: string; api_key: string }> {
  const text = newUnmarkedPlatformKey();
  const now = isoSeconds(ctx.nowMs);
  const apiKey: ApiKey = {
    id: newId(ctx.nowMs),
    name: input.name,
    scopes: [...PLATFORM_SCOPES],
    last_four: text.slice(-4),
    text_hash: hashApiKey(text),
    expires_at: null,
    allowed_cidrs: [],
    rate_limit_per_minute: input.rate_limit_per_minute ?? null,
    last_used_at: null,
    revoked_at: null,
    created_at: now,
    updated_at: now,
    seq: 1,
  };
  await transact<never>(ctx.table(PLATFORM), [
    ...putNewApiKey(PLATFORM, apiKey),
    journalWrite(buildAuthor(ctx, PLATFORM, { type: 'system', id: 'command-line' }), {
      type: 'api_key.created',
      entity: { type: 'api_key', id: apiKey.id },
      seq: 1,
      before: null,
      after: { id: apiKey.id, name: apiKey.name, scopes: apiKey.scopes },
    }),
  ]);
  return { id: apiKey.id, api_key: text };
}
