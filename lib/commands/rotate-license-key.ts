import { newLicenseKey } from '../process/new-credentials.ts';
import { hashLicenseKey } from '../domain/license-key.ts';
import { readLastFour } from '../domain/license-key-ending.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { HOUR_MS, isoSeconds, timeAfter } from '../domain/time.ts';
import { buildBrandAuthor, findLiveKey, type BrandContext } from '../context.ts';
import type { LicenseKeyAnswer } from '../api/schemas/license-key.ts';
import type { RotateKeyInput } from '../api/license-keys.ts';
import { parseCustomerItem, type Customer } from '../table/customers.ts';
import { rememberText } from '../table/held-keys.ts';
import { journalWrite } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import {
  parseKeyAddress,
  keyTextContext,
  parseLicenseKeyItem,
  replaceText,
  type LicenseKey,
} from '../table/license-keys.ts';
import { commitOnce, buildOnce, readFirstAnswer, type Answer, type Try } from '../table/once.ts';
import { retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { keySecret, licenseKeyView } from '../views/license-key-view.ts';
import { getMany } from '../dynamo/table.ts';

/**
 * Gives a license key a new text. Licenses and seats stay unchanged; the old text works through the overlap. The caller
 * who asked for the new text sees it.
 */
export function rotateLicenseKey(
  ctx: BrandContext,
  input: RotateKeyInput,
): Promise<Answer<LicenseKeyAnswer> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  return retrying(ctx.table, async (): Promise<Try<LicenseKeyAnswer>> => {
    const [item, record] = await getMany(ctx.table, [
      keys.address(brand, input.license_key_id),
      ...(once ? [once.key] : []),
    ]);
    const replay = once && readFirstAnswer<LicenseKeyAnswer>(ctx.vault, once, record, ctx.nowMs);
    if (replay) return replay;
    const address = parseKeyAddress(item);
    const found = address && (await keyAndCustomer(ctx, address.partition, address.customer_partition));
    if (found === undefined) return refuse('license_key_not_found');
    const { licenseKey, customer } = found;

    const text = newLicenseKey(brand);
    const cipher = ctx.vault.encrypt(text, keyTextContext(brand, licenseKey.partition));
    const replaced = { ...licenseKey, text_cipher: cipher };
    const at = timeAfter(licenseKey.updated_at, ctx.nowMs);
    const until = isoSeconds(ctx.nowMs + input.overlap_hours * HOUR_MS);
    const answer: Answer<LicenseKeyAnswer> = {
      body: {
        ...licenseKeyView(ctx, replaced, customer, true),
        created_at: licenseKey.created_at,
        old_key_valid_until: until,
      },
    };
    const { table, vault, nowMs } = ctx;
    const heldTo = findLiveKey(ctx);
    const call = { table, vault, once, nowMs, heldTo, about: { brand, partition: customer.partition } };
    const replacement = { hash: hashLicenseKey(text), cipher, lastFour: readLastFour(text), at, until };
    const secret = keySecret(ctx, replaced, 'key');
    return commitOnce({ ...call, secret }, answer, [
      ...replaceText(brand, licenseKey, replacement, retry),
      rememberText(brand, customer, licenseKey.id, cipher, retry),
      journalWrite(buildBrandAuthor(ctx), {
        type: 'license_key.rotated',
        entity: { type: 'license_key', id: licenseKey.id },
        seq: licenseKey.seq + 1,
        reason: input.reason,
        notBefore: at,
        before: null,
        after: { old_key_valid_until: until },
      }),
    ]);
  });
}

async function keyAndCustomer(
  ctx: BrandContext,
  partition: string,
  customerPartition: string,
): Promise<{ licenseKey: LicenseKey; customer: Customer } | undefined> {
  const brand = ctx.brand.key_prefix;
  const [key, customer] = await getMany(ctx.table, [
    keys.licenseKey(brand, partition),
    keys.customer(brand, customerPartition),
  ]);
  return key && customer && { licenseKey: parseLicenseKeyItem(key), customer: parseCustomerItem(customer) };
}
