import { erasedMetadata } from '../../domain/erasure.ts';
import { nextVersion } from '../../domain/license.ts';
import { brandAuthor, type BrandContext } from '../../context.ts';
import { allLicensesOf, putErasedThrough, type Customer, type CustomersLicense } from '../../table/customers.ts';
import { journalWrite } from '../../table/journal.ts';
import { keys } from '../../table/keys.ts';
import { fieldsOf, licenseOf, putChangedLicense } from '../../table/licenses.ts';
import { retrying } from '../../table/retrying.ts';
import { getOne } from '../../table/table.ts';
import { transact } from '../../table/transact.ts';
import type { Tally } from './tally.ts';

/**
 * Overwrites the metadata of each of a person's licenses. That raises the license's `seq`, so that whoever read it before has to look again and cannot
 * put back what is erased. How far it has come is written with each, so that none gets two entries. False when the call has no more left.
 */
export async function fenceLicenses(ctx: BrandContext, customer: Customer, tally: Tally): Promise<boolean> {
  const through = customer.erased_through ?? '';
  const open = (await allLicensesOf(ctx.table, ctx.brand.key_prefix, customer.home)).filter(
    ({ key }) => key.sk > through,
  );
  for (const entry of open) {
    if (tally.left <= 0) return false;
    await retrying(ctx.table, () => fence(ctx, customer, entry));
    tally.left -= 1;
    tally.done.licenses += 1;
  }
  return true;
}

async function fence(ctx: BrandContext, customer: Customer, entry: CustomersLicense): Promise<'done' | 'again'> {
  const brand = ctx.brand.key_prefix;
  const item = await getOne(ctx.table, keys.license(brand, entry.anchor));
  const was = item && licenseOf(item);
  if (was?.customer_home !== customer.home) return 'done';
  const metadata = erasedMetadata(was.metadata);
  const license = nextVersion({ ...was, metadata }, ctx.nowMs);
  const outcome = await transact<'again'>(ctx.table, [
    putChangedLicense(brand, license, () => 'again'),
    putErasedThrough(brand, customer.home, entry.key.sk),
    journalWrite(brandAuthor(ctx), {
      type: 'license.updated',
      entity: { type: 'license', id: license.id },
      seq: license.seq,
      notBefore: was.updated_at,
      before: { metadata },
      after: { metadata },
      license: fieldsOf(license),
    }),
  ]);
  return outcome === 'committed' ? 'done' : outcome;
}
