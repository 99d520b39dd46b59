import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { OfferedRelease, Release } from '../domain/release.ts';
import { timeAfter } from '../domain/time.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { readItems } from '../dynamo/table.ts';
import { journalWrite, type Change } from '../table/journal.ts';
import { buildOnce, commitOnce, readFirstAnswer, type Answer, type Try } from '../table/once.ts';
import {
  parseReleaseItem,
  parseShelfItem,
  putChangedRelease,
  releaseKey,
  shelfKey,
  updateShelf,
} from '../table/releases.ts';

/**
 * A decision on a release: the release before `seq`, `revision` and `updated_at` are set; its event, if it has one; and
 * the list of published releases, if that changes. Undefined if nothing changes.
 */
export type ReleaseDecision =
  | Refusal
  | undefined
  | {
      release: Release;
      event?: Pick<Change, 'type' | 'before' | 'after' | 'reason'>;
      listed?: OfferedRelease[];
    };

/**
 * Changes one release, in two round trips. The loser of a race reads it again and decides again. `view` makes the
 * answer.
 */
export function changeRelease<T>(
  ctx: BrandContext,
  { product, release_id }: { product: string; release_id: string },
  decide: (previous: Release, listed: readonly OfferedRelease[]) => ReleaseDecision | Promise<ReleaseDecision>,
  view: (release: Release) => T | Promise<T>,
): Promise<Answer<T> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  const keys = { release: releaseKey(brand, product, release_id), shelf: shelfKey(brand, product) };
  return retrying(ctx.table, async (): Promise<Try<T>> => {
    const itemAt = await readItems(ctx.table, [keys.release, keys.shelf, ...(once ? [once.key] : [])]);
    const replay = once && readFirstAnswer<T>(ctx.vault, once, itemAt(once.key), ctx.nowMs);
    if (replay) return replay;
    const item = itemAt(keys.release);
    const shelf = parseShelfItem(itemAt(keys.shelf));
    if (item === undefined) return refuse('release_not_found');
    const previous = parseReleaseItem(item);
    const decision = await decide(previous, shelf.releases);
    if (isRefusal(decision)) return decision;
    if (decision === undefined && once === undefined) return done({ body: await view(previous) });
    const { event, listed } = decision ?? {};
    const release: Release = decision
      ? {
          ...decision.release,
          updated_at: timeAfter(previous.updated_at, ctx.nowMs),
          seq: previous.seq + (event ? 1 : 0),
          revision: previous.revision + 1,
        }
      : previous;
    const { table, vault, nowMs } = ctx;
    return commitOnce({ table, vault, once, nowMs }, { body: await view(release) }, [
      ...(decision ? [putChangedRelease(brand, release, retry)] : []),
      ...(listed ? [updateShelf(brand, release.product_id, { ...shelf, releases: listed }, retry)] : []),
      ...(event
        ? [
            journalWrite(buildBrandAuthor(ctx), {
              ...event,
              entity: { type: 'release', id: release.id },
              seq: release.seq,
              notBefore: previous.updated_at,
            }),
          ]
        : []),
    ]);
  });
}
