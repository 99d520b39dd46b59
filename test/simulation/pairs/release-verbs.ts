import type { Call } from '../world/calls.ts';
import { PRODUCT, type Things } from '../world/furnish.ts';
import type { Verb } from './verb.ts';

const onProduct =
  (body: object) =>
  ({ apiKey }: Things): Call => ({ apiKey, params: { product: PRODUCT }, body });
const onRelease =
  (which: 'publishedId' | 'draftId', body: object) =>
  ({ apiKey, releases }: Things): Call => ({
    apiKey,
    params: { product: PRODUCT, release_id: releases[which] },
    body,
  });

/** The writing verbs about releases, and the check of a package that has arrived. */
export const releaseVerbs: readonly Verb[] = [
  {
    name: 'draft a release',
    operation: 'create_release',
    meets: ['release'],
    call: onProduct({ version: '2.0.0' }),
  },
  {
    name: 'draft that version in the beta channel',
    operation: 'create_release',
    meets: ['release'],
    call: onProduct({ version: '2.0.0', channel: 'beta' }),
  },
  {
    name: 'change the draft',
    operation: 'update_release',
    meets: ['release'],
    call: onRelease('draftId', { rollout_percent: 20 }),
  },
  {
    name: 'upload another package',
    operation: 'upload_package',
    meets: ['release'],
    call: onRelease('draftId', {}),
  },
  { name: 'publish the draft', operation: 'publish_release', meets: ['release'], call: onRelease('draftId', {}) },
  {
    name: 'roll the release out to fewer',
    operation: 'update_release',
    meets: ['release'],
    call: onRelease('publishedId', { rollout_percent: 10 }),
  },
  {
    name: 'yank the release',
    operation: 'yank_release',
    meets: ['release'],
    call: onRelease('publishedId', { reason: 'broken' }),
  },
  {
    name: 'check the package',
    job: 'inspect-package',
    meets: ['release'],
    isWalk: true,
    event: ({ releases: { object } }) => ({
      Records: [{ messageId: 'm', body: JSON.stringify({ detail: { object } }) }],
    }),
  },
];
