import { apiKeyView } from '../views/api-key-view.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { OwnerContext } from '../context.ts';
import type { ApiKeyView } from '../api/schemas/api-key.ts';
import type { PageInput } from '../api/schemas/fields.ts';
import { readApiKeys } from '../table/api-keys.ts';
import type { Answer } from '../table/once.ts';
import { readBrandPage } from './read-brand-page.ts';

export function listApiKeys(
  ctx: OwnerContext,
  input: PageInput,
): Promise<Answer<{ api_keys: ApiKeyView[]; next_cursor: string | null }> | Refusal> {
  return readBrandPage(ctx, input, 'api-keys', async (page) => {
    const { apiKeys, last } = await readApiKeys(ctx.table, ctx.owner, page);
    return { body: (next_cursor) => ({ api_keys: apiKeys.map(apiKeyView), next_cursor }), last };
  });
}
