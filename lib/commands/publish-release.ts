import { refuse, type Refusal } from '../domain/refusal.ts';
import type { OfferedRelease, Release } from '../domain/release.ts';
import { timeAfter } from '../domain/time.ts';
import type { PublishReleaseInput } from '../api/releases.ts';
import type { ReleaseView } from '../api/schemas/release.ts';
import { getOne } from '../dynamo/table.ts';
import { draftObjectKey } from '../packages/object-keys.ts';
import { uptimeMs } from '../process/clock.ts';
import { Unavailable } from '../process/outage.ts';
import { sleep } from '../process/timers.ts';
import type { Answer } from '../table/once.ts';
import { listedRelease, parseReleaseItem, releaseKey } from '../table/releases.ts';
import { releaseView } from '../views/release-view.ts';
import { changeRelease, type ReleaseDecision } from './release-change.ts';
import type { BucketContext } from './release-upload.ts';

const WAIT_MS = 8_000;
const LOOK_EVERY_MS = 400;
const RETRY_AFTER_S = 2;

/** Offers a release to sites. Waits a few seconds for the check of its package. */
export function publishRelease(ctx: BucketContext, input: PublishReleaseInput): Promise<Answer<ReleaseView> | Refusal> {
  const endsMs = uptimeMs() + WAIT_MS;
  return changeRelease(
    ctx,
    input,
    async (previous, listed): Promise<ReleaseDecision> => {
      const { status: release_status } = previous;
      if (release_status === 'published') return undefined;
      if (release_status === 'yanked') return refuse('release_status_forbids', { release_status, action: 'publish' });
      const checked = await waitForCheck(ctx, previous, endsMs);
      const { state, errors } = checked.package;
      if (state === 'refused')
        return refuse('package_refused', { errors: errors.map((message) => ({ pointer: '/package', message })) });
      if (state !== 'accepted')
        return refuse('package_not_ready', { package_state: state, retry_after_seconds: RETRY_AFTER_S });
      return publish(checked, listed, timeAfter(checked.updated_at, ctx.nowMs), input.reason);
    },
    releaseView,
  );
}

function publish(
  draft: Release,
  listed: readonly OfferedRelease[],
  published_at: string,
  reason: string | undefined,
): ReleaseDecision {
  const release: Release = { ...draft, status: 'published', published_at };
  const { id, product_id, product_slug, version, channel, rollout_percent } = release;
  const entry = listedRelease(release);
  return {
    release,
    listed: [...listed, entry],
    event: {
      type: 'release.published',
      before: { status: draft.status },
      after: {
        id,
        product: { id: product_id, slug: product_slug },
        version,
        channel,
        rollout_percent,
        status: release.status,
        published_at,
        size: entry.size,
        sha256: entry.sha256,
      },
      reason,
    },
  };
}

/** The draft once its package is checked, or as it is when the time is over or nothing has been uploaded. */
async function waitForCheck(ctx: BucketContext, draft: Release, endsMs: number): Promise<Release> {
  const brand = ctx.brand.key_prefix;
  let present = draft;
  for (;;) {
    const { state } = present.package;
    if (state === 'accepted' || state === 'refused' || uptimeMs() >= endsMs) return present;
    const { signal } = ctx.table;
    if (state === 'waiting' && !(await ctx.bucket.find(draftObjectKey(brand, present), signal))) return present;
    await sleep(LOOK_EVERY_MS, signal).catch((cause: unknown) => {
      throw new Unavailable('time ran out before the package was checked', { cause });
    });
    const item = await getOne(ctx.table, releaseKey(brand, draft.product_id, draft.id));
    present = item ? parseReleaseItem(item) : present;
  }
}
