import { foldExternalId } from '../../domain/external-id.ts';
import { required } from '../../domain/invariant.ts';
import type { License } from '../../domain/license.ts';
import { listForCustomer } from '../../table/customers.ts';
import { changeExternal, claimExternal, parseExternalItem, type External } from '../../table/externals.ts';
import { journalWrite, type Author } from '../../table/journal.ts';
import { listKeys } from '../../table/keys.ts';
import { pickLicenseFields, putNewLicense } from '../../table/licenses.ts';
import { retry, type Retry } from '../../dynamo/outcome.ts';
import { readItems } from '../../dynamo/table.ts';
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

/** The order numbers of a new key: one of several licenses is one order. */
export const claimOrders = (brand: string, licenses: readonly License[]): Write<Retry>[] =>
  groupByOrder(licenses).map((order) => claimExternal(brand, order, retry));

/** The order numbers of licenses on a key that exists. An order that the key has already gets the licenses added. */
export async function claimFurtherOrders(
  ctx: ImportContext,
  keyId: string,
  licenses: readonly License[],
): Promise<Write<Retry>[]> {
  const brand = ctx.brand.key_prefix;
  const orders = groupByOrder(licenses);
  const keyFor = ({ external_id }: External) => listKeys.external(brand, external_id);
  const itemAt = await readItems(ctx.table, orders.map(keyFor));
  return orders.map((order) => {
    const item = itemAt(keyFor(order));
    const known = item && parseExternalItem(item);
    // The order of another key is refused, and the next try says so.
    if (known?.license_key_id !== keyId) return claimExternal(brand, order, retry);
    const added = order.licenses.filter(({ id }) => !known.licenses.some((one) => one.id === id));
    return changeExternal(brand, known, [...known.licenses, ...added], retry);
  });
}

function groupByOrder(licenses: readonly License[]): External[] {
  const numbered = licenses.flatMap(({ external_id, license_key_id, id, anchor }) =>
    external_id === null ? [] : [{ external_id, license_key_id, license: { id, anchor } }],
  );
  return [...Map.groupBy(numbered, ({ external_id }) => foldExternalId(external_id)).values()].flatMap((made) => {
    const { external_id, license_key_id } = required(made[0], 'a group has a first license');
    return [{ external_id, license_key_id, licenses: made.map(({ license }) => license) }];
  });
}
