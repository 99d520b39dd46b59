import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { PRESET_NAMES, type PresetName } from '../../lib/domain/import-presets.ts';
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
let shop: TestBrand;
let imports: Imports;
beforeAll(async () => {
  service = await startService();
  imports = await startImports(service);
  shop = await service.brand();
});

const ndjson = { format: 'ndjson', mode: 'run' } as const;
const start = (brand: TestBrand, body: object): Promise<string> => startImport(imports, brand, body);

describe('an import', () => {
  test('names the line and the field of every broken row and goes on', async () => {
    const good = freshRow();
    const file = [
      jsonLine(good),
      '{"license_key": "broken-json-1", \n',
      '\n',
      jsonLine({ ...freshRow(), customer_email: 'no e-mail' }),
      jsonLine({ ...freshRow(), seats: [] }),
      jsonLine(freshRow(0, { product: 'wp-roket' })),
      '[1, 2]\n',
      jsonLine(good),
      jsonLine({ ...good, customer_email: 'other@example.com' }),
    ].join('');
    const id = await start(shop, { ...ndjson, file });
    await imports.work();
    expect((await imports.get(shop, id)).body).toMatchObject({
      state: 'done',
      counts: { rows: 8, created: 1, unchanged: 1, failed: 6 },
    });
    const faults = await imports.rows(shop, id);
    expect(faults.map(({ line: at, code, field }) => [at, code, field])).toEqual([
      [2, 'unreadable', ''],
      [4, 'bad_field', 'customer_email'],
      [5, 'bad_field', 'seats'],
      [6, 'product_unknown', 'licenses/0/product'],
      [7, 'unreadable', ''],
      [9, 'key_twice_in_file', 'customer_email'],
    ]);
    expect(JSON.stringify(faults)).not.toMatch(/imported-key|example\.com/);
  });

  test.each<[string, object, string]>([
    ['an empty file', { format: 'csv', preset: 'edd', file: ' \n' }, 'empty'],
    ['a header without rows', { format: 'csv', preset: 'own', file: 'license_key,customer_email\n' }, 'no rows'],
    ['the wrong preset', { format: 'csv', preset: 'freemius', file: 'License Key,Customer Email\na,b\n' }, 'preset'],
    ['far too many columns', { format: 'csv', preset: 'own', file: `${'a,'.repeat(500_000)}\n` }, 'columns'],
    [
      'an open quote',
      { format: 'csv', preset: 'own', file: 'license_key,customer_email\n"open,a@b.example\n' },
      'quote',
    ],
  ])('of %s fails and says why', async (_, body, reason) => {
    const id = await start(shop, { mode: 'run', ...body });
    await imports.work();
    const { state, problem } = (await imports.get(shop, id)).body;
    expect([state, problem]).toEqual(['failed', expect.stringContaining(reason)]);
  });

  test('reads latin-1 as a fault of its rows, and a row of 10 MB as one too', async () => {
    const reply = await imports.create(shop, { ...ndjson });
    const { url } = reply.body['upload'] as { url: string };
    const latin = Buffer.from(jsonLine({ ...freshRow(), note: 'M\u00fcller' }), 'latin1');
    const long = Buffer.from(jsonLine({ ...freshRow(), note: 'x'.repeat(10 * 1024 * 1024) }));
    await fetch(url, { method: 'PUT', body: Buffer.concat([latin, long, Buffer.from(jsonLine(freshRow()))]) });
    await imports.work();
    const id = String(reply.body['id']);
    expect((await imports.get(shop, id)).body).toMatchObject({ counts: { rows: 3, created: 1, failed: 2 } });
    expect((await imports.rows(shop, id)).map(({ line: at, code }) => [at, code])).toEqual([
      [1, 'unreadable'],
      [2, 'row_too_large'],
    ]);
  });
});

/** Product, status, seat limit, seats, expiry and creation of each license in the sample files. */
const EXPECTED: Record<PresetName, string[]> = {
  own: [
    'imagify suspended  0  2020-01-02T03:04:05Z',
    'wp-rocket valid 1 0 2021-01-01T00:00:00Z 2020-01-02T03:04:05Z',
    'wp-rocket valid 3 2 2099-12-31T23:59:59Z 2020-01-02T03:04:05Z',
  ],
  edd: [
    'imagify suspended 1 0 2099-12-31T23:59:59Z 2023-03-04T10:11:12Z',
    'imagify valid 1 1 2019-03-04T10:11:12Z 2018-03-04T10:11:12Z',
    'wp-rocket valid  0  2022-03-04T10:11:12Z',
    'wp-rocket valid 3 2 2099-12-31T23:59:59Z 2021-03-04T10:11:12Z',
  ],
  lmfwc: [
    'imagify suspended 1 0 2099-01-31T00:00:00Z 2022-02-03T08:00:00Z',
    'wp-rocket valid  0  2022-02-02T08:00:00Z',
    'wp-rocket valid 3 0 2099-01-31T00:00:00Z 2022-02-01T08:00:00Z',
  ],
  wc_api_manager: [
    'imagify suspended 1 0  2021-01-01T00:00:00Z',
    'wp-rocket valid 2 2 2099-12-31T23:59:59Z 2021-01-01T00:00:00Z',
  ],
  freemius: [
    'imagify cancelled 1 0 2021-05-06T07:08:09Z 2020-05-06T07:08:09Z',
    'wp-rocket valid  0  2020-05-06T07:08:09Z',
    'wp-rocket valid 3 1 2099-05-06T07:08:09Z 2020-05-06T07:08:09Z',
  ],
  lemon_squeezy: [
    'imagify suspended 1 0 2099-05-24T14:15:07Z 2021-05-24T14:15:07Z',
    'wp-rocket valid 5 0  2021-05-24T14:15:07Z',
  ],
  keygen: [
    'imagify suspended  0  2021-01-02T20:26:53Z',
    'wp-rocket valid 2 1 2099-09-08T00:00:00Z 2021-01-02T20:26:53Z',
  ],
};

describe('the preset', () => {
  test.each(PRESET_NAMES)('%s reads its sample file without a fault', async (preset) => {
    const isCsv = ['edd', 'lmfwc', 'wc_api_manager', 'own'].includes(preset);
    const format = isCsv ? 'csv' : 'ndjson';
    const file = readFileSync(join(import.meta.dirname, `../support/imports/${preset}.${format}`), 'utf8');
    const brand = await service.brand();
    // The same with the line ends and the mark of a Windows program.
    for (const text of [file, `\ufeff${file.replaceAll('\n', '\r\n')}`]) {
      const id = await start(brand, { format, preset, mode: 'run', file: text });
      await imports.work();
      expect([(await imports.get(brand, id)).body['counts'], await imports.rows(brand, id)]).toEqual([
        expect.objectContaining({ failed: 0 }),
        [],
      ]);
    }
    const licenses = (await importedItems(service, brand)).filter(({ sk }) => sk === 'license');
    const shown = licenses
      .map(({ product, status, seat_limit, seats_used, expires_at, created_at }) =>
        [(product as { slug: string }).slug, status, seat_limit, seats_used, expires_at, created_at].join(' '),
      )
      .sort();
    expect(shown).toEqual(EXPECTED[preset]);
  });
});
