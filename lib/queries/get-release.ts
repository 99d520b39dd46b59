import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { GetReleaseInput } from '../api/releases.ts';
import type { ReleaseView } from '../api/schemas/release.ts';
import { getOne } from '../dynamo/table.ts';
import type { Answer } from '../table/once.ts';
import { findRelease, releaseKey } from '../table/releases.ts';
import { releaseView } from '../views/release-view.ts';

/** One release of a product, by its id. */
export async function getRelease(
  ctx: BrandContext,
  { product, release_id }: GetReleaseInput,
): Promise<Answer<ReleaseView> | Refusal> {
  const release = findRelease(await getOne(ctx.table, releaseKey(ctx.brand.key_prefix, product, release_id)));
  return isRefusal(release) ? release : { body: releaseView(release) };
}
