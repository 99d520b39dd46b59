import { putReportedRows } from '../../../lib/table/imports.ts';
import { openReleaseOffice, startPackagesOnce } from './packages.ts';
import { byOperation, type Service, type TestBrand } from './service.ts';

type Shop = Pick<Service, 'call' | 'table'> & { shop: TestBrand };

/** An import that waits for its file, with two rows in its report. */
export async function newImport({ call, table, shop }: Shop): Promise<Record<string, string>> {
  const body = { name: 'Old shop', format: 'csv', mode: 'run' };
  const made = await call(byOperation('create_import'), { apiKey: shop.apiKey, body });
  const import_id = String(made.body['id']);
  const row = { outcome: 'failed', code: 'bad_field', field: 'status', message: 'This is no status.' } as const;
  const rows = [2, 3].map((line) => ({ ...row, line }));
  await putReportedRows(table(shop.key_prefix), shop.key_prefix, { id: import_id }, rows, Date.now());
  return { import_id };
}

export async function newExport({ call, shop }: Shop): Promise<Record<string, string>> {
  const made = await call(byOperation('create_export'), { apiKey: shop.apiKey, body: {} });
  return { export_id: String(made.body['id']) };
}

/** The token of a link that needs no seat: other calls may free that of the site. */
export async function findToken(
  { call }: Pick<Service, 'call'>,
  { slug: brand }: TestBrand,
  key: string,
): Promise<string | undefined> {
  const headers = { authorization: `Basic ${Buffer.from(`any:${key}`).toString('base64')}` };
  const params = { brand, vendor: brand, file: 'wp-rocket.json' };
  const { text } = await call(byOperation('composer_package'), { params, headers });
  const file = /\/dist\/wp-rocket\/([\w-]+\.zip)/.exec(text)?.[1];
  if (file === undefined) return undefined;
  const dist = { params: { brand, product: 'wp-rocket', file }, headers };
  return (await call(byOperation('composer_dist'), dist)).headers['location']?.split('/').at(-1);
}

let versions = 0;

/** Releases of the brand's first product, each of a version of its own. */
export async function furnishReleases(service: Service, shop: TestBrand) {
  const packages = await startPackagesOnce();
  const office = openReleaseOffice(service, packages, shop);
  return {
    releaseOf: async (status: 'draft' | 'uploaded' | 'published'): Promise<string> => {
      versions += 1;
      const version = `1.${String(versions)}`;
      const made = status === 'draft' ? await office.draft(version) : await office[status](version);
      return String(made['id']);
    },
  };
}

/** Creates a webhook endpoint on a loopback port where nothing listens. */
export async function newEndpoint(
  { call }: Pick<Service, 'call'>,
  { apiKey }: TestBrand,
): Promise<{ endpoint_id: string; webhookSecret: string }> {
  const made = await call(byOperation('create_webhook_endpoint'), {
    apiKey,
    body: { url: 'http://127.0.0.1:9/webhooks' },
  });
  return { endpoint_id: String(made.body['id']), webhookSecret: String(made.body['secret']) };
}
