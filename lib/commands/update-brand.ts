import { brandView } from '../views/brand-view.ts';
import { pick } from '../domain/pick.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { buildPlatformAuthor, type PlatformContext } from '../context.ts';
import type { BrandView } from '../api/schemas/brand.ts';
import type { UpdateBrandInput } from '../api/brands.ts';
import { brandById, putChangedBrand, type Brand } from '../table/brands.ts';
import { difference, journalWrite } from '../table/journal.ts';
import type { Answer, Try } from '../table/once.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { commit } from '../dynamo/transact.ts';
import { refuseUnseen } from './seen-version.ts';

/**
 * Changes a brand's name, status or settings. A suspension takes effect with the next request, which reads the brand.
 * @param seen the version that the form of a person showed
 */
export function updateBrand(
  ctx: PlatformContext,
  input: UpdateBrandInput,
  seen?: string,
): Promise<Answer<BrandView> | Refusal> {
  return retrying({ signal: ctx.table().signal }, async (): Promise<Try<BrandView>> => {
    const previous = await brandById(ctx.table, input.brand_id);
    if (isRefusal(previous)) return previous;
    const unseen = refuseUnseen(seen, previous);
    if (unseen) return unseen;
    const { name = previous.name, status = previous.status } = input;
    const brand: Brand = {
      ...previous,
      name,
      status,
      settings: { ...previous.settings, ...input.settings },
      updated_at: timeAfter(previous.updated_at, ctx.nowMs),
      seq: previous.seq + 1,
    };
    const changes = difference(shown(previous), shown(brand));
    if (Object.keys(changes.after).length === 0) return done({ body: brandView(previous) });
    return commit(ctx.table(brand.key_prefix), { body: brandView(brand) }, [
      putChangedBrand(brand, retry),
      journalWrite(buildPlatformAuthor(ctx, brand.key_prefix), {
        type: 'brand.updated',
        entity: { type: 'brand', id: brand.id },
        seq: brand.seq,
        notBefore: previous.updated_at,
        ...changes,
      }),
    ]);
  });
}

const shown = (brand: Brand) => pick(['name', 'status', 'settings'], brand);
