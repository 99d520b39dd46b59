import { computeTag } from '../../domain/ids.ts';
import { required } from '../../domain/invariant.ts';
import type { Release } from '../../domain/release.ts';
import { newestFirst } from '../../domain/version-compare.ts';
import { keys, releaseKeys } from '../../table/keys.ts';
import { listedRelease, parseReleaseItem, parseShelfItem, SHELF_SIZE } from '../../table/releases.ts';
import { faultIf, REPAIRS, type Rule } from '../rule.ts';
import { differing } from './products.ts';

/** A release lists the times of what has happened to it, and only an accepted package is published. */
function findUnsound({ status, published_at, yanked_at, package: sent }: Release): string[] {
  const wasPublished = status !== 'draft';
  return [
    ...faultIf((published_at !== null) !== wasPublished, `it is ${status}, and its time of publishing says otherwise`),
    ...faultIf(
      (yanked_at !== null) !== (status === 'yanked'),
      `it is ${status}, and its time of yanking says otherwise`,
    ),
    ...faultIf(wasPublished && sent.state !== 'accepted', `it is ${status}, and its package was not accepted`),
    ...faultIf(
      sent.state === 'accepted' && [sent.size, sent.sha256, sent.sha1].includes(null),
      'its package was accepted without a size or a hash',
    ),
  ];
}

export const releaseRules: readonly Rule[] = [
  {
    name: 'release-sound',
    promise: 'Every release has a status that its times and its package allow.',
    repair: REPAIRS.restore,
    on: ['release'],
    faults: ({ item }) => findUnsound(parseReleaseItem(item)),
  },
  {
    name: 'release-version',
    promise: 'Every release belongs to a product, and its version is taken for it.',
    repair: REPAIRS.restore,
    on: ['release'],
    faults({ owner, name, sk, item }, look) {
      const { id, product_id, version } = parseReleaseItem(item);
      const product = look(keys.product(owner, name));
      return [
        ...faultIf(sk !== `release#${id}` || computeTag(product_id) !== name, 'its id does not lead to it'),
        ...faultIf(product?.['id'] !== product_id, 'its product does not exist'),
        ...faultIf(
          look(releaseKeys.versionTaken(owner, name, version))?.['release_id'] !== id,
          'its version is free, or another release’s',
        ),
      ];
    },
  },
  {
    name: 'version-taken',
    promise: 'Every version that is taken is that of a release.',
    repair: REPAIRS.remove,
    on: ['taken-version'],
    faults({ owner, name, sk, item }, look) {
      const release = look(releaseKeys.release(owner, name, String(item['release_id'])));
      return faultIf(release?.['version'] !== sk.slice('version#'.length), 'no release has this version');
    },
  },
  {
    name: 'release-offered',
    promise: 'Every published release is in the list that sites are offered updates from.',
    repair: REPAIRS.restore,
    on: ['release'],
    faults({ owner, name, item }, look) {
      const { id, status } = parseReleaseItem(item);
      const { releases } = parseShelfItem(look(releaseKeys.shelf(owner, name)));
      const isListed = releases.some((listed) => listed.id === id);
      return faultIf(status === 'published' && !isListed && releases.length < SHELF_SIZE, 'sites are not offered it');
    },
  },
  {
    name: 'shelf-releases',
    promise: 'Sites are offered published releases only, each once, as it is, and the newest first.',
    repair: REPAIRS.restore,
    on: ['shelf'],
    faults({ owner, name, item }, look) {
      const { releases } = parseShelfItem(item);
      const isSorted = releases
        .slice(1)
        .every((listed, i) => newestFirst(required(releases[i], 'one stands before it'), listed) <= 0);
      const ids = new Set(releases.map(({ id }) => id));
      return [
        ...faultIf(!isSorted, 'its releases are not sorted'),
        ...faultIf(ids.size < releases.length, 'it offers a release twice'),
        ...releases.flatMap((listed) => {
          const found = look(releaseKeys.release(owner, name, listed.id));
          if (found?.['status'] !== 'published') return [`it offers ${listed.version}, which is not published`];
          return differing(listed, listedRelease(parseReleaseItem(found))).map(
            (field) => `it offers ${listed.version} with another ${field}`,
          );
        }),
      ];
    },
  },
];
