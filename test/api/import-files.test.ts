import { beforeAll, describe, expect, test } from '@jest/globals';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import {
  freshRow,
  importedItems,
  jsonLine,
  startImport,
  startImports,
  type Imports,
} from '../support/service/import-files.ts';

let service: Service;
let imports: Imports;
beforeAll(async () => {
  service = await startService();
  imports = await startImports(service);
});

const ndjson = { format: 'ndjson', mode: 'run' } as const;
const countLicenses = async (brand: TestBrand): Promise<number> =>
  (await importedItems(service, brand)).filter(({ sk }) => sk === 'license').length;

describe('an import', () => {
  test('reads no other file than the one that was tried, and neither does its undo', async () => {
    const brand = await service.brand();
    const reply = await imports.create(brand, { ...ndjson, mode: 'dry_run' });
    const [id, { url }] = [String(reply.body['id']), reply.body['upload'] as { url: string }];
    const upload = async (row: unknown): Promise<void> => {
      expect((await fetch(url, { method: 'PUT', body: jsonLine(row) })).status).toBe(200);
      await imports.work();
    };
    const tried = freshRow();
    await upload(tried);
    await upload(freshRow());
    await imports.act(brand, 'run', id);
    await imports.work();
    const replaced = {
      state: 'failed',
      problem: expect.stringContaining('uploaded again'),
      counts: { created: 0 },
    };
    expect((await imports.get(brand, id)).body).toMatchObject(replaced);
    // The same bytes are the same file.
    await upload(tried);
    await imports.act(brand, 'run', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'done', counts: { created: 1 } });
    await upload(freshRow());
    await imports.act(brand, 'undo', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'failed', undone: null });
    await upload(tried);
    await imports.act(brand, 'undo', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'undone', undone: { removed: 1 } });
  });
});

describe('an undo', () => {
  test('of a file that breaks in the middle takes back all rows before the break, and ends', async () => {
    const brand = await service.brand();
    const lines = Array.from(
      { length: 130 },
      (_, i) => `broken-key-${String(i)},p${String(i)}@example.com,wp-rocket,\n`,
    );
    const file = `license_key,customer_email,product,expires_at\n${lines.join('')}"open,x@example.com,wp-rocket,\n`;
    const defaults = { format: 'csv', preset: 'own', mode: 'run' };
    const id = await startImport(imports, brand, { ...defaults, file });
    await imports.work();
    const failed = (await imports.get(brand, id)).body as { state: string; counts: { created: number } };
    expect(failed).toMatchObject({ state: 'failed', counts: { failed: 0 } });
    // The last line before the break may go on behind it.
    expect([failed.counts.created, await countLicenses(brand)]).toEqual([129, 129]);
    await imports.act(brand, 'undo', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({
      state: 'undone',
      undone: { removed: 129, left: 0 },
      problem: expect.stringContaining('not CSV'),
    });
    expect(await countLicenses(brand)).toBe(0);
  });
});
