import type { ParsedInstance } from '../domain/instance.ts';
import { required } from '../domain/invariant.ts';
import type { License } from '../domain/license.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { VERDICT_CODES, type VerdictCode } from '../domain/verdict.ts';
import type { Context } from '../context.ts';
import { findStoredSite, type EddKey } from '../table/edd-seats.ts';
import { checkLicense } from './check-license.ts';

/** A verdict, the license that it is about, and the site under the spelling that its seat has. */
export type CheckedSeat = {
  code: VerdictCode;
  may_update: boolean;
  license: License | undefined;
  site: ParsedInstance | undefined;
};

/** The verdicts that a license has wherever it is: without a site there is no seat either. */
const WITHOUT_SITE: ReadonlySet<VerdictCode> = new Set(['valid', 'valid_in_grace']);

/**
 * Asks the check of our own route about one site. A call that names no product gets the best of its key's licenses. A
 * site that cannot be known has no seat.
 */
export async function checkEddSeat(
  ctx: Context,
  { key, sites }: { key: EddKey; sites: readonly ParsedInstance[] },
): Promise<CheckedSeat | Refusal> {
  const site = await findStoredSite(ctx, key, sites);
  const input = {
    license_key: key.text,
    brand: key.brand,
    product: key.product,
    ...(site ? { instance_identifier: site.identifier, instance_type: site.type } : {}),
  };
  ctx.found = { seats: [], products: [] };
  const outcome = await checkLicense(ctx, input);
  if (isRefusal(outcome)) return outcome;
  const { body } = outcome;
  const best = Math.max(
    0,
    body.licenses.findIndex(({ code }) => code === body.code),
  );
  const code = required(
    VERDICT_CODES.find((one) => one === body.code),
    'a check answers with a verdict’s code',
  );
  const isHomeless = site === undefined && WITHOUT_SITE.has(code);
  return {
    code: isHomeless ? 'not_activated' : code,
    may_update: site !== undefined && body.may_update,
    license: ctx.found.seats[best]?.license,
    site,
  };
}
