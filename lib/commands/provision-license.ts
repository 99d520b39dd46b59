import { normaliseChecked } from '../domain/email.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { ProvisionAnswer } from '../api/schemas/license.ts';
import type { ProvisionInput } from '../api/schemas/provision.ts';
import { claimExternal, externalTaken } from '../table/externals.ts';
import {
  commitOnce,
  buildOnce,
  replayIfRefused,
  readFirstAnswer,
  type Answer,
  type Once,
  type Try,
} from '../table/once.ts';
import { retrying } from '../dynamo/retrying.ts';
import { readItems } from '../dynamo/table.ts';
import { planPurchase } from './purchase/plan.ts';
import { findDestination, purchaseKeys, readPurchase } from './purchase/read.ts';
import { writePurchase } from './purchase/write.ts';

/**
 * Gives a customer a key with one or more licenses, all or nothing. Two round trips: one batch of reads, then one
 * transaction that is guarded by what was read. The loser of a race reads and decides again.
 */
export function provisionLicense(ctx: BrandContext, input: ProvisionInput): Promise<Answer<ProvisionAnswer> | Refusal> {
  const taken = new Set<string>();
  const once = ctx.once && buildOnce(ctx.brand.key_prefix, ctx.credential, ctx.once);
  return retrying(ctx.table, async () => replayIfRefused(ctx, once, await attempt(ctx, input, once, taken)));
}

/** `taken` are guessed anchors at which an old license is stored that has moved to another key or product. */
async function attempt(
  ctx: BrandContext,
  input: ProvisionInput,
  once: Once | undefined,
  taken: Set<string>,
): Promise<Try<ProvisionAnswer>> {
  const brand = ctx.brand.key_prefix;
  const person = normaliseChecked(input.customer_email);
  const emailHash = ctx.vault.keyedHash(person.email, 'email');
  const destination = findDestination(ctx, input.license_key);

  const hashed = { emailHash, destination };
  const itemAt = await readItems(ctx.table, [...purchaseKeys(brand, input, hashed), ...(once ? [once.key] : [])]);
  const replay = once && readFirstAnswer<ProvisionAnswer>(ctx.vault, once, itemAt(once.key), ctx.nowMs);
  if (replay) return replay;
  const seen = await readPurchase(ctx, input, hashed, itemAt);
  if (seen.kind !== 'done') return seen;
  const plan = await planPurchase(ctx, input, destination, seen.value);
  if (plan.kind !== 'done') return plan;
  const { slot, customer: previous } = seen.value;
  const buyer = { person: { slot, shown: person.shown }, previous };
  const purchase = writePurchase(ctx, input, buyer, plan.value, taken);
  const answer: Answer<ProvisionAnswer> = { created: purchase.madeAny, body: purchase.answer };

  const { external_id } = input;
  const licenses = purchase.licenses.map(({ id, anchor }) => ({ id, anchor }));
  const claim =
    external_id === undefined
      ? []
      : [claimExternal(brand, { external_id, license_key_id: purchase.keyId, licenses }, externalTaken)];
  const about = { brand, partition: purchase.customerPartition };
  const { table, vault, nowMs } = ctx;
  return commitOnce({ table, vault, once, nowMs, about, secret: purchase.secret }, answer, [
    ...claim,
    ...purchase.writes,
  ]);
}
