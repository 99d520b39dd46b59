import { ImportRow } from '../../lib/api/schemas/import-row.ts';
import { openCatalog } from '../../lib/commands/import/catalog.ts';
import type { ImportContext } from '../../lib/commands/import/row.ts';
import { NO_LINKS } from '../../lib/domain/product-links.ts';
import { HOUR_MS } from '../../lib/domain/time.ts';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import type { Table } from '../../lib/dynamo/table.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import { openVault } from '../../lib/process/vault.ts';
import { NO_PRESENTATION, putNewProduct } from '../../lib/table/products.ts';

export const BRAND = 'BENCH';
const NOW = '2026-11-01T00:00:00Z';

/** The wire of the bench's own processes to its engine. */
export const engineWire = (endpoint: string): Wire =>
  sdkWire({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });

export const openTable = (name: string, wire: Wire): Table => ({
  wire,
  name,
  owners: [BRAND],
  signal: AbortSignal.timeout(6 * HOUR_MS),
});

/** The brand's one product. */
export async function furnishShop(table: Table): Promise<void> {
  const product = { id: '01938c5a-7e1b-7c2d-9f00-5a1fd0c3b2e4', slug: 'rocket', name: 'Rocket' };
  const stored = {
    ...NO_PRESENTATION,
    ...product,
    links: NO_LINKS,
    policy: {},
    created_at: NOW,
    updated_at: NOW,
    seq: 1,
  };
  const isThere = (): never => {
    throw new Error('the product is there');
  };
  await transact<never>(table, [putNewProduct(BRAND, stored, isThere)]);
}

export const openBenchImport = async (table: Table, dataKey: Buffer): Promise<ImportContext> => ({
  importId: 'bench',
  brand: { key_prefix: BRAND, settings: {} },
  table,
  vault: openVault(dataKey),
  nowMs: Date.now(),
  actor: { type: 'system', id: 'bench' },
  requestId: 'bench',
  silent: true,
  onConflict: 'skip',
  dryRun: false,
  defaults: {},
  ...(await openCatalog(table, BRAND, {})),
});

/** A row with a key and a customer of its own. */
export const rowAt = (number: number, seats: number) => ({
  license_key: `bench-key-${String(number)}`,
  customer_email: `bench-${String(number)}@example.com`,
  licenses: [
    {
      product: 'rocket',
      expires_at: '2099-01-01T00:00:00Z',
      seat_limit: null,
      activations: Array.from({ length: seats }, (_, i) => ({ instance: `https://s${String(i)}.example` })),
    },
  ],
});

export const parsedRowAt = (number: number, seats: number): ImportRow => ImportRow.parse(rowAt(number, seats));
