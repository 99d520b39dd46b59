import type { BrandContext } from '../../context.ts';
import { getOne } from '../../dynamo/table.ts';
import { transact } from '../../dynamo/transact.ts';
import { openContainerHistories } from '../../process/history-bucket.ts';
import { putArchiveStop, readArchivedParts, removePart } from '../../table/archived-history.ts';
import type { LicenseThatLeft } from '../../table/customers.ts';
import { archiveKeys, keys } from '../../table/keys.ts';

/**
 * Keeps a history out of the archive from here on, so that no entry moves there while its text is overwritten. False
 * for a license that is not cancelled, whose history is never archived.
 */
export async function stopArchive(
  ctx: BrandContext,
  { anchor, license_id }: Pick<LicenseThatLeft, 'anchor' | 'license_id'>,
): Promise<boolean> {
  const brand = ctx.brand.key_prefix;
  const license = await getOne(ctx.table, keys.license(brand, anchor));
  if (license?.['status'] !== 'cancelled') return false;
  await transact<never>(ctx.table, [putArchiveStop(brand, license_id)]);
  return true;
}

/** Removes the objects of a history once all of its entries are in the table again. Their parts go last. */
export async function dropArchive(ctx: BrandContext, licenseId: string): Promise<void> {
  const brand = ctx.brand.key_prefix;
  for (const part of await readArchivedParts(ctx.table, brand, licenseId)) {
    const { pk } = archiveKeys.stop(brand, licenseId);
    await openContainerHistories().remove(pk, part.sha256, ctx.table.signal);
    await transact<never>(ctx.table, [removePart(brand, part)]);
  }
}
