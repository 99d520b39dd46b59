import { isRefusal } from '../domain/refusal.ts';
import { TEXT_FIELDS, type Release, type ReleasePackage } from '../domain/release.ts';
import { pick } from '../domain/pick.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getOne, readItems } from '../dynamo/table.ts';
import { commit } from '../dynamo/transact.ts';
import type { JobContext } from '../job.ts';
import { findRelease, parseShelfItem, putChangedRelease, releaseKey, shelfKey } from '../table/releases.ts';
import { ObjectGone, type Bucket, type StoredObject } from './bucket.ts';
import { inspectPackage, type Inspection } from './inspect.ts';
import { packageObjectKey, readDraftObjectKey, type UploadedDraft } from './object-keys.ts';

const MOST_BYTES = 200 * 1024 * 1024;

export type UploadContext = JobContext & { bucket: Bucket };

/**
 * Checks an upload that has arrived, and notes on its draft if the package is accepted. An object that no draft waits
 * for is left to the bucket, which removes drafts after a week.
 */
export async function checkUpload(ctx: UploadContext, object: StoredObject): Promise<void> {
  const draft = readDraftObjectKey(object.key);
  if (draft === undefined) return;
  const begun = await changePackage(ctx, draft, (previous) => ({ ...previous, state: 'checking' }));
  if (begun === undefined) return;
  const inspection = await keepAccepted(ctx, object, draft, begun).catch(refuseGone);
  if (inspection.kind === 'refused') {
    await changePackage(ctx, draft, (previous) => ({ ...previous, state: 'refused', errors: inspection.errors }));
    return;
  }
  const { size, sha256, sha1, ...texts } = inspection.facts;
  await changePackage(
    ctx,
    draft,
    (previous) => ({ ...previous, state: 'accepted', errors: [], size, sha256, sha1 }),
    pick(TEXT_FIELDS, texts),
  );
}

/** Inspects the upload, and copies it to where downloads come from if it is accepted. */
async function keepAccepted(
  ctx: UploadContext,
  object: StoredObject,
  draft: UploadedDraft,
  release: Release,
): Promise<Inspection> {
  const inspection = await inspectObject(ctx, object, draft, release);
  if (inspection.kind === 'accepted')
    await ctx.bucket.copy(object, packageObjectKey(draft.brand, release, inspection.facts.sha256), ctx.stop);
  return inspection;
}

function refuseGone(error: unknown): Inspection {
  if (!(error instanceof ObjectGone)) throw error;
  return { kind: 'refused', errors: ['The uploaded package is gone. Upload it again.'] };
}

async function inspectObject(
  { bucket, table, stop }: UploadContext,
  object: StoredObject,
  { brand, productId }: UploadedDraft,
  { version, product_slug }: Release,
): Promise<Inspection> {
  if (object.size > MOST_BYTES) {
    await bucket.remove(object, stop);
    return { kind: 'refused', errors: ['The package is larger than 200 MB.'] };
  }
  const key = shelfKey(brand, productId);
  const shelf = parseShelfItem((await readItems(table(brand), [key]))(key));
  const read = (from: number, to: number): Promise<Buffer> => bucket.read(object, from, to, stop);
  const wordpress = shelf.product?.wordpress ?? null;
  return inspectPackage({ size: object.size, read }, { version, slug: product_slug, wordpress });
}

/** Changes the package of a draft; undefined if the draft waits for it no longer. */
function changePackage(
  ctx: UploadContext,
  { brand, productId, releaseId, upload }: UploadedDraft,
  change: (previous: ReleasePackage) => ReleasePackage,
  found: Release['found'] = {},
): Promise<Release | undefined> {
  const table = ctx.table(brand);
  return retrying(table, async (): Promise<Outcome<Release | undefined>> => {
    const previous = findRelease(await getOne(table, releaseKey(brand, productId, releaseId)));
    if (isRefusal(previous) || previous.status !== 'draft' || previous.package.upload !== upload)
      return done(undefined);
    const release = {
      ...previous,
      package: change(previous.package),
      found,
      revision: previous.revision + 1,
    };
    return commit(table, release, [putChangedRelease(brand, release, retry)]);
  });
}
