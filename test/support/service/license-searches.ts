import { expect } from '@jest/globals';
import { listLicenses, searchLicenses } from '../../../lib/api/licenses.ts';
import type { LicenseEntry } from '../../../lib/api/schemas/license.ts';
import { byOperation, type Reply, type Service, type TestBrand } from './service.ts';

type Query = Record<string, string>;
export type Search = (query: Query) => Promise<Reply>;

/** The three ways to search: one brand's own list, its list of all brands, and the platform team's search. */
export type LicenseSearches = { own: Search; across: Search; platform: Search };

export async function openLicenseSearches(service: Service, shop: TestBrand): Promise<LicenseSearches> {
  const made = await service.call(byOperation('admin_create_api_key'), {
    apiKey: service.platformKey,
    params: { brand_id: shop.id },
    body: { name: 'support', scopes: ['licenses:read', 'licenses:read:all_brands', 'license_keys:reveal'] },
  });
  const wide = String(made.body['api_key']);
  return {
    own: (query) => service.call(listLicenses, { apiKey: shop.apiKey, query }),
    across: (query) => service.call(listLicenses, { apiKey: wide, query: { ...query, brands: 'all' } }),
    platform: (query) => service.call(searchLicenses, { apiKey: service.platformKey, query }),
  };
}

export const licensesIn = ({ body }: Reply): LicenseEntry[] => body['licenses'] as LicenseEntry[];
export const idsIn = (reply: Reply): string[] => licensesIn(reply).map(({ id }) => id);

/** The ids on each page, page by page to the end. */
export async function pagesOf(ask: Search, query: Query): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = '';
  while (cursor !== null && pages.length < 200) {
    const reply = await ask(cursor === '' ? query : { ...query, cursor });
    expect({ status: reply.status, text: reply.status === 200 ? '' : reply.text }).toEqual({ status: 200, text: '' });
    const ids = idsIn(reply);
    expect(ids.length).toBeLessThanOrEqual(Number(query['limit'] ?? 50));
    pages.push(ids);
    cursor = reply.body['next_cursor'] as string | null;
  }
  return pages;
}
