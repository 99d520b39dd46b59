import { computeTag } from '../domain/ids.ts';
import { explainVerdict } from '../domain/explain.ts';
import { namedInstance } from '../domain/instance.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { decideLicenseVerdict, decideVerdict } from '../domain/verdict.ts';
import type { BrandContext } from '../context.ts';
import type { ExplainInput } from '../api/explain.ts';
import type { Explanation } from '../api/schemas/explanation.ts';
import { parseActivationItem, seatKey } from '../table/activations.ts';
import type { Answer } from '../table/once.ts';
import { licenseById } from '../views/license-view.ts';
import { getOne } from '../dynamo/table.ts';

/** Explains what a check of a license answers to an instance. Notes no contact. */
export async function explainLicense(ctx: BrandContext, input: ExplainInput): Promise<Answer<Explanation> | Refusal> {
  const { instance: instance_identifier, instance_type } = input;
  const instance = namedInstance({ instance_identifier, instance_type });
  const view = await licenseById(ctx, input.license_id);
  if (isRefusal(view)) return view;
  const { license, licenseKey } = view;
  const key = instance && seatKey(ctx.brand.key_prefix, license.anchor, license.seat_set, instance);
  const item = key && (await getOne(ctx.table, key));
  const activation = item && parseActivationItem(item);
  const { may_run, may_update, code } = instance
    ? decideVerdict(license, activation, ctx.nowMs)
    : decideLicenseVerdict(license, ctx.nowMs);
  const tag = computeTag(license.product.id);
  const explained = {
    license,
    ending: String(licenseKey.last_fours.at(-1)),
    isOnKey: (licenseKey.licenses[tag] ?? licenseKey.cancelled[tag])?.license_id === license.id,
    instance: instance && { identifier: instance.identifier, activation },
  };
  return { body: { verdict: { may_run, may_update, code }, chain: explainVerdict(explained, ctx.nowMs) } };
}
