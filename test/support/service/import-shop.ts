import { beforeAll, expect } from '@jest/globals';
import type { ImportContext } from '../../../lib/commands/import/row.ts';
import { importedItems } from './import-files.ts';
import { openImport, sampleRow } from './import-rows.ts';
import { byOperation, type Reply, type Service, type TestBrand } from './service.ts';

type License = {
  product: { slug: string };
  id: string;
  seat_limit: number | null;
  seats_used: number;
  external_id: string | null;
  license_key: { id: string };
};

/** A row with a license of each product. */
const rowOf = (key: string, given: readonly { product: string; sites?: number; external_id?: string }[]) => ({
  license_key: key,
  customer_email: `${key}@example.com`,
  licenses: given.flatMap(({ sites = 0, ...license }) => sampleRow(key, sites, license).licenses),
});

/** A brand with 20 products before the tests of a file, into which they import keys row by row. */
export function openImportShop(service: Service, shop: TestBrand) {
  const products: string[] = [];
  beforeAll(async () => {
    for (let i = 0; i < 20; i += 1) {
      const slug = `plugin-${String(i)}`;
      await call('create_product', { slug, name: slug });
      products.push(slug);
    }
  });

  const call = (operation: string, body: object, brand = shop): Promise<Reply> =>
    service.call(byOperation(operation), { apiKey: brand.apiKey, body });
  const open = (importId: string): Promise<ImportContext> =>
    openImport(service, shop, { importId, onConflict: 'update' });
  const licensesOf = async (license_key: string): Promise<License[]> => {
    const query = { license_key };
    const reply = await service.call(byOperation('list_licenses'), { apiKey: shop.apiKey, query });
    return (reply.body['licenses'] as License[]).toSorted((a, b) => (a.product.slug < b.product.slug ? -1 : 1));
  };
  const activate = async (license_key: string, product: string): Promise<void> => {
    const body = { license_key, product, brand: shop.slug, instance_identifier: 'https://in-use.example' };
    expect((await service.call(byOperation('activate_license'), { body })).status).toBe(201);
  };
  const seatsOf = async (): Promise<number> =>
    (await importedItems(service, shop)).filter(({ sk }) => sk.startsWith('seat#')).length;

  return { activate, call, licensesOf, open, products, rowOf, seatsOf };
}
