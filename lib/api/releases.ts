import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import * as example from './examples/releases.ts';
import { RELEASE_ID } from './examples/licensing.ts';
import type { Route } from './route.ts';
import { idempotency_key, page, reason, slugOrId, text } from './schemas/fields.ts';
import {
  channel,
  ReleaseEntry,
  releaseId,
  ReleaseList,
  ReleaseWithUpload,
  rolloutPercent,
  sha256,
  size,
  textsToChange,
  textsToGive,
  version,
} from './schemas/release.ts';

const served = { function: 'releases', auth: 'brand' } as const;
const reads = { ...served, scope: 'releases:read', access: 'read', vault: true } as const;
const writes = { ...served, scope: 'releases:write', access: 'write', vault: 'on_demand' } as const;
const product = describe(slugOrId, 'The slug or id of the product');
const named = { product: 'wp-rocket', release_id: RELEASE_ID };
const shown = { status: 200, description: 'The release', body: ReleaseEntry, example: example.release } as const;

const upload = { size: z.optional(size), sha256: z.optional(sha256) };

const CreateReleaseInput = z.strictObject({
  product,
  version,
  channel: z._default(channel, 'stable'),
  rollout_percent: z._default(rolloutPercent, 100),
  ...textsToGive,
  ...upload,
  idempotency_key,
});
export type CreateReleaseInput = z.infer<typeof CreateReleaseInput>;
export const createRelease = {
  ...writes,
  operation: 'create_release',
  method: 'POST',
  path: '/api/v1/brand/products/{product}/releases',
  summary: 'Create a release',
  description:
    'Creates a draft, and answers where its package is uploaded. The package tells the name, the requirements and ' +
    'the texts, as far as the request does not. A version belongs to one release for good.',
  input: CreateReleaseInput,
  example: { product: 'wp-rocket', version: '3.17.1' },
  success: [{ status: 201, description: 'The new draft', body: ReleaseWithUpload, example: example.draft }],
  refusals: ['idempotency_key_reused', 'product_not_found', 'version_taken'],
  once: true,
} as const satisfies Route;

const ListReleasesInput = z.strictObject({ product, ...page });
export type ListReleasesInput = z.infer<typeof ListReleasesInput>;
export const listReleases = {
  ...reads,
  operation: 'list_releases',
  method: 'GET',
  path: '/api/v1/brand/products/{product}/releases',
  summary: 'List releases',
  description: 'Lists the releases of a product, drafts and yanked ones included, newest first.',
  input: ListReleasesInput,
  example: { product: 'wp-rocket' },
  success: [
    {
      status: 200,
      description: 'One page',
      body: ReleaseList,
      example: { releases: [example.release], next_cursor: null },
    },
  ],
  refusals: ['cursor_invalid', 'product_not_found'],
} as const satisfies Route;

const GetReleaseInput = z.strictObject({ product, release_id: releaseId });
export type GetReleaseInput = z.infer<typeof GetReleaseInput>;
export const getRelease = {
  ...reads,
  operation: 'get_release',
  method: 'GET',
  path: '/api/v1/brand/products/{product}/releases/{release_id}',
  summary: 'Retrieve a release',
  description: 'Finds the release by its id.',
  input: GetReleaseInput,
  example: named,
  success: [shown],
  refusals: ['release_not_found'],
} as const satisfies Route;

const UpdateReleaseInput = z.strictObject({
  product,
  release_id: releaseId,
  rollout_percent: z.optional(rolloutPercent),
  ...textsToChange,
});
export type UpdateReleaseInput = z.infer<typeof UpdateReleaseInput>;
export const updateRelease = {
  ...writes,
  operation: 'update_release',
  method: 'PATCH',
  path: '/api/v1/brand/products/{product}/releases/{release_id}',
  summary: 'Update a release',
  description:
    'Changes the rollout or the texts. Sites see it within a minute. A rollout of 0 percent halts the release. ' +
    'A text of null is taken from the package again.',
  input: UpdateReleaseInput,
  example: { ...named, rollout_percent: 50 },
  success: [{ ...shown, description: 'The release after the change' }],
  refusals: ['release_not_found', 'release_status_forbids'],
} as const satisfies Route;

const UploadPackageInput = z.strictObject({ product, release_id: releaseId, ...upload, idempotency_key });
export type UploadPackageInput = z.infer<typeof UploadPackageInput>;
export const uploadPackage = {
  ...writes,
  operation: 'upload_package',
  method: 'POST',
  path: '/api/v1/brand/products/{product}/releases/{release_id}/upload',
  summary: 'Upload another package',
  description:
    'Gives a draft another address for its package, after the first has expired or its package was refused. What ' +
    'was uploaded before no longer counts.',
  input: UploadPackageInput,
  example: named,
  success: [{ status: 200, description: 'The draft', body: ReleaseWithUpload, example: example.draft }],
  refusals: ['idempotency_key_reused', 'release_not_found', 'release_status_forbids'],
  once: true,
} as const satisfies Route;

const PublishReleaseInput = z.strictObject({ product, release_id: releaseId, reason, idempotency_key });
export type PublishReleaseInput = z.infer<typeof PublishReleaseInput>;
export const publishRelease = {
  ...writes,
  operation: 'publish_release',
  method: 'POST',
  path: '/api/v1/brand/products/{product}/releases/{release_id}/publish',
  summary: 'Publish a release',
  description:
    'Offers the release to sites. Waits up to 8 seconds for the check of the package, and answers 409 with ' +
    '`Retry-After` when that takes longer. A published release stays as it is.',
  input: PublishReleaseInput,
  example: named,
  success: [{ ...shown, description: 'The published release' }],
  refusals: [
    'idempotency_key_reused',
    'package_not_ready',
    'package_refused',
    'release_not_found',
    'release_status_forbids',
  ],
  once: true,
} as const satisfies Route;

const YankReleaseInput = z.strictObject({
  product,
  release_id: releaseId,
  reason: describe(text(500), 'The reason; it is stored in the history'),
  idempotency_key,
});
export type YankReleaseInput = z.infer<typeof YankReleaseInput>;
export const yankRelease = {
  ...writes,
  operation: 'yank_release',
  method: 'POST',
  path: '/api/v1/brand/products/{product}/releases/{release_id}/yank',
  summary: 'Yank a release',
  description:
    'Withdraws a release for good: its links end at once, and sites are no longer offered it within a minute.',
  input: YankReleaseInput,
  example: { ...named, reason: 'It breaks checkouts.' },
  success: [{ ...shown, description: 'The yanked release', example: example.yanked }],
  refusals: ['idempotency_key_reused', 'release_not_found', 'release_status_forbids'],
  once: true,
} as const satisfies Route;

export const releaseRoutes: readonly Route[] = [
  createRelease,
  listReleases,
  getRelease,
  updateRelease,
  uploadPackage,
  publishRelease,
  yankRelease,
];
