import { refuse, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import { parseCustomerItem } from '../table/customers.ts';
import { journalWrite } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import { countKeyChange, parseKeyAddress, parseLicenseKeyItem } from '../table/license-keys.ts';
import type { Answer, Try } from '../table/once.ts';
import { licenseKeyView } from '../views/license-key-view.ts';
import { retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getMany, getOne } from '../dynamo/table.ts';
import { commit } from '../dynamo/transact.ts';

type Revealed = ReturnType<typeof licenseKeyView>;

/** Shows a person the whole text of a license key. The text is shown only if the look is in the journal. */
export function revealLicenseKey(
  ctx: BrandContext,
  input: { license_key_id: string; reason: string },
): Promise<Answer<Revealed> | Refusal> {
  const brand = ctx.brand.key_prefix;
  return retrying(ctx.table, async (): Promise<Try<Revealed>> => {
    const address = parseKeyAddress(await getOne(ctx.table, keys.address(brand, input.license_key_id)));
    if (address === undefined) return refuse('license_key_not_found');
    const [key, customer] = await getMany(ctx.table, [
      keys.licenseKey(brand, address.partition),
      keys.customer(brand, address.customer_partition),
    ]);
    if (key === undefined || customer === undefined) return refuse('license_key_not_found');
    const licenseKey = parseLicenseKeyItem(key);
    const revealed_at = timeAfter(licenseKey.updated_at, ctx.nowMs);
    return commit(ctx.table, { body: licenseKeyView(ctx, licenseKey, parseCustomerItem(customer), true) }, [
      countKeyChange(brand, licenseKey, revealed_at, retry),
      journalWrite(buildBrandAuthor(ctx), {
        type: 'license_key.revealed',
        entity: { type: 'license_key', id: licenseKey.id },
        seq: licenseKey.seq + 1,
        reason: input.reason,
        notBefore: licenseKey.updated_at,
        before: null,
        after: { revealed_at },
      }),
    ]);
  });
}
