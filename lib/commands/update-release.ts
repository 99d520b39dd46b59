import { pickGiven } from '../domain/pick.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { mergeTexts, TEXT_FIELDS, type Release } from '../domain/release.ts';
import type { BrandContext } from '../context.ts';
import type { UpdateReleaseInput } from '../api/releases.ts';
import type { ReleaseView } from '../api/schemas/release.ts';
import { difference } from '../table/journal.ts';
import type { Answer } from '../table/once.ts';
import { listedRelease } from '../table/releases.ts';
import { releaseView } from '../views/release-view.ts';
import { changeRelease } from './release-change.ts';
import { changeTexts } from './release-texts.ts';

/** Changes the rollout or the texts of a release. Its version, channel and package stay. */
export function updateRelease(ctx: BrandContext, input: UpdateReleaseInput): Promise<Answer<ReleaseView> | Refusal> {
  return changeRelease(
    ctx,
    input,
    (previous, listed) => {
      const { status: release_status } = previous;
      if (release_status === 'yanked') return refuse('release_status_forbids', { release_status, action: 'change' });
      const given = changeTexts(previous.given, pickGiven(TEXT_FIELDS, input));
      if (isRefusal(given)) return given;
      const release = { ...previous, given, rollout_percent: input.rollout_percent ?? previous.rollout_percent };
      const changes = difference(journalled(previous), journalled(release));
      if (Object.keys(changes.after).length === 0) return undefined;
      const relisted = listed.map((other) => (other.id === release.id ? listedRelease(release) : other));
      return {
        release,
        event: { type: 'release.updated', ...withoutTexts(changes, previous, release) },
        ...(release_status === 'published' ? { listed: relisted } : {}),
      };
    },
    releaseView,
  );
}

const journalled = (release: Release) => ({ rollout_percent: release.rollout_percent, ...mergeTexts(release) });

/** The history names the sections that changed. Their texts would fill it. */
function withoutTexts(
  { before, after }: { before: Record<string, unknown>; after: Record<string, unknown> },
  previous: Release,
  release: Release,
) {
  if (after['sections'] === undefined) return { before, after };
  const [old, present] = [mergeTexts(previous).sections, mergeTexts(release).sections];
  const names = [...new Set([...Object.keys(old), ...Object.keys(present)])];
  const sections = names.filter((name) => old[name as keyof typeof old] !== present[name as keyof typeof old]);
  return { before: { ...before, sections }, after: { ...after, sections } };
}
