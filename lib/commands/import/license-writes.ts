import { foldExternalId } from '../../domain/external-id.ts';
import type { License } from '../../domain/license.ts';
import { listForCustomer } from '../../table/customers.ts';
import { claimExternal } from '../../table/externals.ts';
import { journalWrite, type Author } from '../../table/journal.ts';
import { pickLicenseFields, putNewLicense } from '../../table/licenses.ts';
import { retry, type Retry } from '../../dynamo/outcome.ts';
import type { Write } from '../../dynamo/transact.ts';
import type { ImportContext } from './row.ts';

export const importAuthor = ({ brand, actor, requestId, nowMs, silent }: ImportContext): Author => ({
  brand: brand.key_prefix,
  actor,
  requestId,
  nowMs,
  silent,
});

/** A new license, its place in the customer's list, and its one journal entry with the number of its sites. */
export function newLicenseWrites(ctx: ImportContext, license: License, activations_added: number): Write<Retry>[] {
  const brand = ctx.brand.key_prefix;
  return [
    ...putNewLicense(brand, license, retry),
    listForCustomer(brand, license.customer_partition, license),
    journalWrite(importAuthor(ctx), {
      type: 'license.imported',
      entity: { type: 'license', id: license.id },
      seq: 1,
      before: null,
      after: { ...pickLicenseFields(license), activations_added },
      license: pickLicenseFields(license),
    }),
  ];
}

/** The order numbers of a row: one of several licenses is one order. */
export function claimOrders(brand: string, licenses: readonly License[]): Write<Retry>[] {
  const numbered = licenses.filter(({ external_id }) => external_id !== null);
  const orders = Map.groupBy(numbered, ({ external_id }) => foldExternalId(external_id ?? ''));
  return [...orders.values()].flatMap((made) => {
    const [first] = made;
    if (first === undefined || first.external_id === null) return [];
    const { external_id, license_key_id } = first;
    return [
      claimExternal(
        brand,
        { external_id, license_key_id, licenses: made.map(({ id, anchor }) => ({ id, anchor })) },
        retry,
      ),
    ];
  });
}
