import * as releases from '../api/releases.ts';
import { createRelease } from '../commands/create-release.ts';
import { publishRelease } from '../commands/publish-release.ts';
import { updateRelease } from '../commands/update-release.ts';
import { uploadPackage } from '../commands/upload-package.ts';
import { yankRelease } from '../commands/yank-release.ts';
import { bindBucket } from '../packages/with-bucket.ts';
import { buildAct as act, type Act, type ActField } from './act.ts';

const product: ActField = { name: 'product', label: 'Slug of the product', kind: 'text', required: true };
const ofProduct: ActField = { ...product, kind: 'hidden' };
const size: ActField = { name: 'size', label: 'Size in bytes', kind: 'number', hint: 'Empty: any size up to 200 MB' };
const sha256: ActField = { name: 'sha256', label: 'SHA-256', kind: 'text', hint: 'Empty: any package' };
const rollout: ActField = { name: 'rollout_percent', label: 'Percent of the sites', kind: 'number' };
const texts: readonly ActField[] = [
  { name: 'name', label: 'Name', kind: 'text', hint: 'Empty: as it is, or as the package says' },
  { name: 'requires', label: 'Lowest WordPress', kind: 'text' },
  { name: 'tested', label: 'Tested up to WordPress', kind: 'text' },
  { name: 'requires_php', label: 'Lowest PHP', kind: 'text' },
  { name: 'upgrade_notice', label: 'Note beside the update', kind: 'text' },
];
const onRelease = { on: 'releases', own: 'release_id' } as const;

/** Brand admins release versions. A package goes to the bucket by a command of its author: it may have 200 MB. */
export const releaseActs: readonly Act[] = [
  act({
    ...onRelease,
    name: 'create',
    title: 'Create a release',
    effect: 'Makes a draft, which no site is offered. The command that uploads its package is shown once.',
    done: 'The draft is created. Run this command with the package in the place of FILE, then publish the release.',
    creates: true,
    shows: 'upload',
    fields: [
      product,
      { name: 'version', label: 'Version', kind: 'text', required: true },
      { name: 'channel', label: 'Channel', kind: 'text', hint: 'stable or beta. Empty: stable' },
      { ...rollout, hint: 'Empty: all' },
      ...texts,
      size,
      sha256,
    ],
    route: releases.createRelease,
    run: bindBucket(createRelease),
  }),
  act({
    ...onRelease,
    name: 'upload',
    title: 'Upload another package',
    effect: 'What was uploaded before no longer counts. The command is shown once.',
    done: 'Run this command with the package in the place of FILE, then publish the release.',
    shows: 'upload',
    fields: [ofProduct, size, sha256],
    route: releases.uploadPackage,
    run: bindBucket(uploadPackage),
  }),
  act({
    ...onRelease,
    name: 'publish',
    title: 'Publish',
    effect: 'Sites are offered the release from now on, as far as its rollout goes.',
    done: 'The release is published.',
    fields: [ofProduct],
    route: releases.publishRelease,
    run: bindBucket(publishRelease),
  }),
  act({
    ...onRelease,
    name: 'rollout',
    title: 'Change the rollout',
    effect: 'This part of the sites is offered the release. 0 halts it.',
    done: 'The rollout is changed.',
    fields: [ofProduct, { ...rollout, required: true }],
    route: releases.updateRelease,
    run: updateRelease,
  }),
  act({
    ...onRelease,
    name: 'texts',
    title: 'Change the texts',
    effect: 'Sites see the texts within a minute. What stays empty stays as it is.',
    isBlank: true,
    done: 'The texts are changed.',
    fields: [
      ofProduct,
      ...texts,
      { name: 'sections', label: 'Sections', kind: 'texts', hint: 'Lines such as changelog = <p>Faster.</p>' },
    ],
    route: releases.updateRelease,
    run: updateRelease,
  }),
  act({
    ...onRelease,
    name: 'yank',
    title: 'Yank for good',
    effect: 'The release is withdrawn: its links end at once, and no site is offered it any more.',
    done: 'The release is yanked.',
    isDangerous: true,
    fields: [ofProduct],
    route: releases.yankRelease,
    run: yankRelease,
  }),
];
