import { erasedMetadata } from '../../domain/erasure.ts';
import type { License } from '../../domain/license.ts';
import { nextVersion } from '../../domain/next-version.ts';
import { buildBrandAuthor, type BrandContext } from '../../context.ts';
import { putErasureMark, type Customer, type ErasureMark, type LicenseThatLeft } from '../../table/customers.ts';
import { journalWrite } from '../../table/journal.ts';
import { keys } from '../../table/keys.ts';
import { pickLicenseFields, parseLicenseItem, putChangedLicense } from '../../table/licenses.ts';
import { dropMetadata } from '../../table/metadata-hashes.ts';
import { done, retry, type Outcome } from '../../dynamo/outcome.ts';
import { retrying } from '../../dynamo/retrying.ts';
import { getOne } from '../../dynamo/table.ts';
import { commit, type Write } from '../../dynamo/transact.ts';

/**
 * Overwrites the metadata of a license that is still the person's, and saves the progress with it. The license's `seq`
 * rises, so nobody can write back what was read before. False if another customer has the license.
 */
export function fenceLicense(
  ctx: BrandContext,
  customer: Customer,
  anchor: string,
  next: ErasureMark,
): Promise<boolean> {
  return fence(ctx, anchor, {
    metadataOf: ({ customer_partition, metadata }) =>
      customer_partition === customer.partition ? erasedMetadata(metadata) : undefined,
    beside: [putErasureMark(ctx.brand.key_prefix, customer.partition, next)],
  });
}

/** Removes the giver's metadata from a license that was given away. False if none of it is left. */
export function fenceGivenLicense(
  ctx: BrandContext,
  { anchor, license_id, metadata_hashes }: LicenseThatLeft,
): Promise<boolean> {
  const hashes = new Set(metadata_hashes);
  return fence(ctx, anchor, {
    metadataOf({ metadata }) {
      const kept = dropMetadata(ctx.vault, license_id, metadata, hashes);
      return kept === metadata ? undefined : kept;
    },
    beside: [],
  });
}

type Change = { metadataOf: (previous: License) => License['metadata'] | undefined; beside: Write<never>[] };

function fence(ctx: BrandContext, anchor: string, { metadataOf, beside }: Change): Promise<boolean> {
  const brand = ctx.brand.key_prefix;
  return retrying(ctx.table, async (): Promise<Outcome<boolean>> => {
    const item = await getOne(ctx.table, keys.license(brand, anchor));
    const previous = item && parseLicenseItem(item);
    const metadata = previous && metadataOf(previous);
    if (previous === undefined || metadata === undefined) return done(false);
    const license = nextVersion({ ...previous, metadata }, ctx.nowMs);
    return commit(ctx.table, true, [
      putChangedLicense(brand, license, retry),
      ...beside,
      journalWrite(buildBrandAuthor(ctx), {
        type: 'license.updated',
        entity: { type: 'license', id: license.id },
        seq: license.seq,
        notBefore: previous.updated_at,
        before: { metadata },
        after: { metadata },
        license: pickLicenseFields(license),
      }),
    ]);
  });
}
