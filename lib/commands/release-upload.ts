import type { Release } from '../domain/release.ts';
import { isoSeconds, SECOND_MS } from '../domain/time.ts';
import type { BrandContext } from '../context.ts';
import { UPLOAD_SECONDS, type Bucket, type ExpectedUpload } from '../packages/bucket.ts';
import { draftObjectKey } from '../packages/object-keys.ts';
import { releaseView } from '../views/release-view.ts';

/** The context of a brand's call that reads or signs for the bucket of packages. */
export type BucketContext = BrandContext & { bucket: Bucket };

/** The package that a draft waits for, by the number of its upload. */
export const waitForPackage = (upload: number): Release['package'] => ({
  state: 'waiting',
  upload,
  size: null,
  sha256: null,
  sha1: null,
  errors: [],
});

/** A draft, and the signed address to which its package is uploaded. */
export async function showUpload(ctx: BucketContext, release: Release, expected: ExpectedUpload) {
  const { url, headers } = await ctx.bucket.signUpload(draftObjectKey(ctx.brand.key_prefix, release), expected);
  const expires_at = isoSeconds(ctx.nowMs + UPLOAD_SECONDS * SECOND_MS);
  return { ...releaseView(release), upload: { method: 'PUT' as const, url, headers, expires_at } };
}
