import type { Client, Json } from './client.ts';

/** The smoke brand of a stage with a key for one run, and what the run makes in it. */
export type Shop = {
  adminKey: string;
  brandId: string;
  slug: string;
  product: string;
  bundle: string;
  /** The API key of this run: its text and its id. */
  key: string;
  keyRecord: string;
  licenseKey: string;
  keyId: string;
  licenseId: string;
  licenseIds: string[];
  /** Further customers of the run, to be erased at its end. */
  emails: string[];
};

const ADMIN = '/api/v1/admin/brands';
const PRODUCTS = ['smoke-one', 'smoke-two'];
const BUNDLE = 'smoke-bundle';

/** Finds or makes the brand of the stage, its products and its bundle, and makes an API key for this run. */
export async function openShop(client: Client, adminKey: string, stage: string): Promise<Shop> {
  const slug = `smoke-${stage}`;
  const brandId = await findOrMake(client, adminKey, {
    path: ADMIN,
    noun: 'brands',
    body: { name: `Smoke test, ${stage}`, slug, key_prefix: prefixOf(stage) },
  });
  const brand = `${ADMIN}/${brandId}`;
  for (const product of PRODUCTS)
    await findOrMake(client, adminKey, {
      path: `${brand}/products`,
      noun: 'products',
      body: { name: product, slug: product },
    });
  await findOrMake(client, adminKey, {
    path: `${brand}/bundles`,
    noun: 'bundles',
    body: { name: BUNDLE, slug: BUNDLE, products: PRODUCTS },
  });
  const made = await client.call({
    method: 'POST',
    path: `${brand}/api-keys`,
    key: adminKey,
    body: { name: 'Smoke test' },
    expected: 201,
  });
  const nothing = { licenseKey: '', keyId: '', licenseId: '', licenseIds: [], emails: [] };
  return {
    adminKey,
    brandId,
    slug,
    product: PRODUCTS[0] ?? '',
    bundle: BUNDLE,
    key: String(made['api_key']),
    keyRecord: String(made['id']),
    ...nothing,
  };
}

/** Revokes the key of the run. */
export async function closeShop(client: Client, { adminKey, brandId, keyRecord }: Shop): Promise<void> {
  await client.call({ method: 'DELETE', path: `${ADMIN}/${brandId}/api-keys/${keyRecord}`, key: adminKey });
}

/** Two to ten letters and digits: `SMK` and the first letters of the stage. */
const prefixOf = (stage: string): string =>
  `SMK${stage
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .slice(0, 7)}`;

type Wanted = { path: string; noun: string; body: Json & { slug: string } };

/** Returns the id of the entry with this slug, which the first run of a stage makes. */
async function findOrMake(client: Client, key: string, { path, noun, body }: Wanted): Promise<string> {
  for (let cursor = ''; ;) {
    const page = await client.call({ method: 'GET', path: `${path}?limit=100${cursor}`, key });
    const entries = page[noun] as { id: string; slug: string }[];
    const found = entries.find(({ slug }) => slug === body.slug);
    if (found !== undefined) return found.id;
    if (typeof page['next_cursor'] !== 'string') break;
    cursor = `&cursor=${encodeURIComponent(page['next_cursor'])}`;
  }
  const made = await client.call({ method: 'POST', path, key, body, expected: 201 });
  return String(made['id']);
}
