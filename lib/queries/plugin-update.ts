import { redact } from '../domain/redact.ts';
import { parseInstance } from '../domain/instance.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { PluginUpdateInput } from '../api/updates.ts';
import type { PluginUpdate } from '../api/schemas/plugin-update.ts';
import type { Answer } from '../table/once.ts';
import { linkFor } from './latest-release.ts';
import { readOffers, type Offer } from './offered-release.ts';
import { signPackage } from './package-signature.ts';
import { findPublicProduct, findUpdateRight, type AskedProduct, type UpdateContext } from './update-right.ts';

/**
 * The metadata that plugin-update-checker reads. A product that exists is always shown: a key or a site that is not
 * good only gets no link.
 */
export async function pluginUpdate(
  ctx: UpdateContext,
  input: PluginUpdateInput,
): Promise<Answer<PluginUpdate> | Refusal> {
  const product = /^(.+)\.json$/.exec(input.file)?.[1];
  if (product === undefined) return refuse('route_not_found');
  const shown = await findPublicProduct(ctx, { brand: input.brand, product });
  if (isRefusal(shown)) return shown;
  const instance = parseInstance('url', input.site ?? '');
  const licensed = await findLicensed(ctx, input, shown, instance);
  const asked = licensed ?? shown;
  const site = { channel: 'stable', installed: input.installed_version, php: input.php, instance } as const;
  const [offer] = await readOffers(ctx, [{ ...site, brand: asked.brand, product, right: asked.right }]);
  if (offer === undefined) return refuse('product_not_found', { product: redact(product) });
  const link = instance ? await linkFor(ctx, asked, offer, instance) : null;
  return { body: await showUpdate(ctx, offer, link?.url, input) };
}

/** Undefined for a key that is unknown, or another brand's. */
async function findLicensed(
  ctx: UpdateContext,
  { license_key, brand: slug }: PluginUpdateInput,
  { brand, product }: AskedProduct,
  instance: ReturnType<typeof parseInstance>,
): Promise<AskedProduct | undefined> {
  if (license_key === undefined || license_key === '') return undefined;
  const found = await findUpdateRight(ctx, { license_key, brand: slug, product, instance });
  return isRefusal(found) || found.brand !== brand ? undefined : found;
}

async function showUpdate(
  ctx: UpdateContext,
  { product, release }: Offer,
  url: string | undefined,
  { installed_version = '' }: PluginUpdateInput,
): Promise<PluginUpdate> {
  const changelog = `${ctx.request.baseUrl}/changelog/${product.brand_slug}/${product.slug}`;
  const { signature, kid } = release ? await signPackage(ctx, product, release) : { signature: null, kid: null };
  return {
    name: release?.name ?? product.name,
    slug: product.wordpress?.folder ?? product.slug,
    version: release?.version ?? installed_version,
    ...(url === undefined ? {} : { download_url: url }),
    homepage: product.homepage ?? changelog,
    requires: release?.requires ?? '',
    tested: release?.tested ?? '',
    requires_php: release?.requires_php ?? '',
    last_updated: release ? release.published_at.replace('T', ' ').slice(0, 19) : '',
    upgrade_notice: release?.upgrade_notice ?? '',
    author: product.author ?? '',
    author_homepage: product.homepage ?? '',
    sections: { changelog: `<p><a href="${changelog}">Changelog</a></p>`, ...release?.sections },
    icons: product.icons,
    banners: product.banners,
    ...(release ? { sha256: release.sha256, size: release.size, signature, kid } : {}),
  };
}
