import { keyPartition } from '../../table/cancelled-licenses.ts';
import { keys } from '../../table/keys.ts';
import type { LicenseKey } from '../../table/license-keys.ts';
import { parseLicenseItem } from '../../table/licenses.ts';
import { getMany } from '../../dynamo/table.ts';
import type { ImportContext, RowNote } from './row.ts';
import { isLive, type ReadLicense } from './terms.ts';

/** `refused` would cancel a license that the key carries. */
type Sorted = { read: readonly ReadLicense[]; notes: RowNote[]; refused?: ReadLicense };

/**
 * The licenses of a row that an update brings: those that are not cancelled. A cancelled one is past beside a live one
 * of its product in the row, or if the key lists it already; one that would be new to the key is noted.
 */
export async function leaveOutCancelled(
  ctx: ImportContext,
  read: readonly ReadLicense[],
  licenseKey: LicenseKey,
): Promise<Sorted> {
  const live = read.filter(({ terms }) => isLive(terms));
  const cancelled = read.filter(({ terms }) => !isLive(terms));
  if (cancelled.length === 0) return { read, notes: [] };
  const listed = await readCancelled(ctx, licenseKey);
  const isListed = ({ product, given: { created_at } }: ReadLicense): boolean =>
    listed.some((one) => one.product.id === product.id && (created_at ?? one.created_at) === one.created_at);
  const unlisted = cancelled.filter((one) => !isListed(one));
  const isPast = ({ tag }: ReadLicense): boolean => live.some((one) => one.tag === tag);
  const refused = cancelled.find(
    (one) =>
      licenseKey.licenses[one.tag] !== undefined &&
      !isPast(one) &&
      // Without its time, nothing tells it from the license that the key carries.
      (one.given.created_at === undefined || unlisted.includes(one)),
  );
  if (refused) return { read: live, notes: [], refused };
  const notes = unlisted.map(({ at }) => ({ code: 'cancelled_left_out', field: at, message: LEFT_OUT }) as const);
  return { read: live, notes };
}

const LEFT_OUT = 'An update of a key brings no cancelled license, so this one was left out.';

async function readCancelled(ctx: ImportContext, { partition }: LicenseKey) {
  const brand = ctx.brand.key_prefix;
  const { cancelled } = await keyPartition(ctx.table, brand, partition);
  const wanted = cancelled.map(({ anchor }) => keys.license(brand, anchor));
  const found = await getMany(ctx.table, wanted);
  return found.filter((item) => item !== undefined).map((item) => parseLicenseItem(item));
}
