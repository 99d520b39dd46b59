import { pick } from '../domain/pick.ts';
import { mergeTexts, type Release } from '../domain/release.ts';

/** A release as the API shows it to its brand. */
export const releaseView = (release: Release) => ({
  id: release.id,
  product: { id: release.product_id, slug: release.product_slug },
  ...pick(['version', 'channel', 'status', 'rollout_percent'] as const, release),
  ...mergeTexts(release),
  package: pick(['state', 'size', 'sha256', 'errors'] as const, release.package),
  ...pick(['published_at', 'yanked_at', 'created_at', 'updated_at'] as const, release),
});
