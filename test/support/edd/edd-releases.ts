import { isoSeconds } from '../../../lib/domain/time.ts';
import type { Release, ReleaseTexts } from '../../../lib/domain/release.ts';
import { newId } from '../../../lib/process/ids.ts';
import { getOne } from '../../../lib/dynamo/table.ts';
import { transact } from '../../../lib/dynamo/transact.ts';
import { listedRelease, parseShelfItem, putNewRelease, shelfKey, updateShelf } from '../../../lib/table/releases.ts';
import type { Service, TestBrand } from '../service/service.ts';

/** Publishes a release without a package, as the items that a published one leaves in the table. */
export async function publish(
  service: Pick<Service, 'table'>,
  shop: Pick<TestBrand, 'key_prefix'>,
  product: string,
  {
    version,
    channel = 'stable',
    ...texts
  }: Pick<Release, 'version'> & Partial<Pick<Release, 'channel'> & ReleaseTexts>,
): Promise<void> {
  const table = service.table(shop.key_prefix);
  const shelf = parseShelfItem(await getOne(table, shelfKey(shop.key_prefix, product)));
  if (shelf.product === undefined) throw new Error('there is no such product');
  const now = isoSeconds(Date.now());
  const whole: Release = {
    id: newId(Date.now()),
    product_id: shelf.product.id,
    product_slug: shelf.product.slug,
    version,
    channel,
    status: 'published',
    rollout_percent: 100,
    given: { requires: '6.0', tested: '6.9', requires_php: '7.4', sections: { changelog: '<p>New</p>' }, ...texts },
    found: {},
    package: { state: 'accepted', upload: 1, size: 10, sha256: '0'.repeat(64), sha1: '0'.repeat(40), errors: [] },
    published_at: now,
    yanked_at: null,
    created_at: now,
    updated_at: now,
    seq: 1,
    revision: 1,
  };
  await transact(table, [
    ...putNewRelease(shop.key_prefix, whole, () => ({ kind: 'taken' as const })),
    updateShelf(
      shop.key_prefix,
      shelf.product.id,
      { releases: [...shelf.releases, listedRelease(whole)], shelfSeq: shelf.shelfSeq },
      () => ({ kind: 'taken' as const }),
    ),
  ]);
}
