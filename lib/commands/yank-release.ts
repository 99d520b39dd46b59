import { refuse, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import type { BrandContext } from '../context.ts';
import type { YankReleaseInput } from '../api/releases.ts';
import type { ReleaseView } from '../api/schemas/release.ts';
import type { Answer } from '../table/once.ts';
import { releaseView } from '../views/release-view.ts';
import { changeRelease } from './release-change.ts';

/** Withdraws a published release for good. Downloads look at its status, so its links end at once. */
export function yankRelease(ctx: BrandContext, input: YankReleaseInput): Promise<Answer<ReleaseView> | Refusal> {
  return changeRelease(
    ctx,
    input,
    (previous, listed) => {
      const { status: release_status, id } = previous;
      if (release_status === 'yanked') return undefined;
      if (release_status === 'draft') return refuse('release_status_forbids', { release_status, action: 'yank' });
      const yanked_at = timeAfter(previous.updated_at, ctx.nowMs);
      return {
        release: { ...previous, status: 'yanked', yanked_at },
        listed: listed.filter((other) => other.id !== id),
        event: {
          type: 'release.yanked',
          before: { status: release_status, yanked_at: null },
          after: { status: 'yanked', yanked_at },
          reason: input.reason,
        },
      };
    },
    releaseView,
  );
}
