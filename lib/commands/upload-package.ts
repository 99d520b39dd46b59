import { refuse, type Refusal } from '../domain/refusal.ts';
import type { UploadPackageInput } from '../api/releases.ts';
import type { ReleaseWithUpload } from '../api/schemas/release.ts';
import type { Answer } from '../table/once.ts';
import { changeRelease } from './release-change.ts';
import { showUpload, waitForPackage, type BucketContext } from './release-upload.ts';

/** Gives a draft another address for its package. What was uploaded to an earlier one no longer counts. */
export function uploadPackage(
  ctx: BucketContext,
  input: UploadPackageInput,
): Promise<Answer<ReleaseWithUpload> | Refusal> {
  return changeRelease(
    ctx,
    input,
    (previous) => {
      const { status: release_status } = previous;
      if (release_status !== 'draft') return refuse('release_status_forbids', { release_status, action: 'upload' });
      return { release: { ...previous, found: {}, package: waitForPackage(previous.package.upload + 1) } };
    },
    (release) => showUpload(ctx, release, input),
  );
}
