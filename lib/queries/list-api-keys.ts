import type { Refusal } from '../domain/refusal.ts';
import type { PlatformContext } from '../context.ts';
import type { ApiKeyView, BrandPage } from '../http/routes/admin.ts';
import { apiKeysOf, apiKeyView } from '../table/api-keys.ts';
import type { Answer } from '../table/once.ts';
import { pageOfBrand } from './page-of-brand.ts';

export function listApiKeys(
  ctx: PlatformContext,
  input: BrandPage,
): Promise<Answer<{ api_keys: ApiKeyView[]; next_cursor: string | null }> | Refusal> {
  return pageOfBrand(ctx, input, 'api-keys', async (table, { key_prefix }, page) => {
    const { apiKeys, last } = await apiKeysOf(table, key_prefix, page);
    return { body: (next_cursor) => ({ api_keys: apiKeys.map(apiKeyView), next_cursor }), last };
  });
}
