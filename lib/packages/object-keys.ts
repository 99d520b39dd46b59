import { bucket } from '../buckets.ts';
import type { Release } from '../domain/release.ts';

/** The draft of a release that an object is an upload of. */
export type UploadedDraft = { brand: string; productId: string; releaseId: string; upload: number };

type Named = Pick<Release, 'id' | 'product_id'>;

const pathOf = (brand: string, { product_id, id }: Named, name: string): string =>
  `${brand}/${product_id}/${id}/${name}.zip`;

/** The object of the present upload of a draft. */
export const draftObjectKey = (brand: string, release: Named & Pick<Release, 'package'>): string =>
  bucket.drafts + pathOf(brand, release, String(release.package.upload));

/** The object of an accepted package. It is named after its content, so no other upload can replace it. */
export const packageObjectKey = (brand: string, release: Named, sha256: string): string =>
  bucket.packages + pathOf(brand, release, sha256);

const DRAFT = new RegExp(String.raw`^${bucket.drafts}([A-Z0-9]{2,10})/([0-9a-f-]{36})/([0-9a-f-]{36})/(\d{1,9})\.zip$`);

/** Undefined for an object that no release asked for. */
export function readDraftObjectKey(key: string): UploadedDraft | undefined {
  const [, brand, productId, releaseId, upload] = DRAFT.exec(key) ?? [];
  if (brand === undefined || productId === undefined || releaseId === undefined) return undefined;
  return { brand, productId, releaseId, upload: Number(upload) };
}
