import type { LicenseEntry } from '../api/schemas/license.ts';
import type { Explanation } from '../api/schemas/explanation.ts';
import type { RefusedCallEntry } from '../api/schemas/activation.ts';
import { computeGraceEnd } from '../domain/terms.ts';
import { DAY_MS, parseMs } from '../domain/time.ts';
import { momentIn } from '../domain/moment-in.ts';
import { plural } from './parts.ts';

/** The answer to "may it run?", for the color beside the sentence. */
export type Tone = 'yes' | 'partly' | 'no';

const dayIn = (iso: string): string => momentIn(iso).replace(/, .*/, '');

export const readTone = ({ may_run, may_update }: Explanation['verdict']): Tone =>
  may_run === false || (may_run === null && !may_update) ? 'no' : may_update ? 'yes' : 'partly';

/** One sentence that says whether a site, or the license's sites, may run and update, and why. */
export function describeVerdict(
  entry: LicenseEntry,
  { verdict }: Explanation,
  site: string | null,
  nowMs: number,
): string {
  const subject = site ?? 'The license';
  return `${subject} ${mayIn(verdict, site)}: ${reasonFor(entry, verdict.code, nowMs)}.`;
}

function mayIn({ may_run, may_update, code }: Explanation['verdict'], site: string | null): string {
  if (site === null)
    return may_update ? 'lets its sites run and update' : `stops its sites (${code.replaceAll('_', ' ')})`;
  if (may_run === true) return may_update ? 'may run and update' : 'may run but not update';
  return 'may not run';
}

function reasonFor(entry: LicenseEntry, code: Explanation['verdict']['code'], nowMs: number): string {
  const { expires_at, policy } = entry;
  const expired =
    expires_at === null ? 'its license has expired' : `its license expired ${sinceDays(expires_at, nowMs)}`;
  switch (code) {
    case 'valid':
      return expires_at === null ? 'its license is for life' : `its license is valid until ${dayIn(expires_at)}`;
    case 'valid_in_grace':
      return `${expired} and is in grace until ${dayIn(String(computeGraceEnd(expires_at, policy)))}`;
    case 'valid_maintained':
      return `${expired}, and sites that were active keep what they run`;
    case 'expired':
      return expired;
    case 'suspended':
      return 'its license is suspended';
    case 'cancelled':
      return 'its license has been cancelled for good';
    case 'not_activated':
      return `it is not active, ${entry.seats_remaining === 0 ? takenIn(entry) : 'though a seat is free'}`;
    case 'product_not_on_key':
      return 'the key has no license for this product';
  }
}

const takenIn = ({ seat_limit }: LicenseEntry): string =>
  seat_limit === 1 ? 'and its only seat is taken' : `and all ${plural(Number(seat_limit), 'seat')} are taken`;

function sinceDays(iso: string, nowMs: number): string {
  const days = Math.floor((nowMs - parseMs(iso)) / DAY_MS);
  return days === 0 ? 'today' : `${plural(days, 'day')} ago`;
}

const REFUSALS: Readonly<Record<string, string>> = {
  seat_limit_reached: 'refused because every seat was taken',
  seat_moves_exhausted: 'refused because the license had moved too often',
  license_expired: 'refused because the license had expired',
  license_suspended: 'refused because the license was suspended',
  license_cancelled: 'refused because the license was cancelled',
  activation_not_found: 'asked to deactivate a site that was not active',
};

/** Refused calls as sentences, equal ones counted. */
export function describeRefusedCalls(calls: readonly RefusedCallEntry[]): { text: string; last: string }[] {
  const groups = Map.groupBy(calls, ({ code, instance_identifier }) => `${code}\n${instance_identifier}`);
  return [...groups.values()].flatMap((same) =>
    same.slice(0, 1).map(({ code, instance_identifier, occurred_at }) => {
      const what = REFUSALS[code] ?? `refused with ${code}`;
      return { text: `${instance_identifier}: ${plural(same.length, 'call')} ${what}`, last: occurred_at };
    }),
  );
}

const inUse = (seats_used: number): string => `${plural(seats_used, 'site')} ${seats_used === 1 ? 'uses' : 'use'} it`;

/** A reply for the customer. It contains no key and no e-mail address. */
export function writeReply(entry: LicenseEntry, explanation: Explanation, site: string | null, remedy: string): string {
  const { product, expires_at, seat_limit, seats_used } = entry;
  const seats = seat_limit === null ? 'any number of sites' : plural(seat_limit, 'site');
  const until = expires_at === null ? 'for life' : `until ${dayIn(expires_at)}`;
  const state = explanation.chain
    .filter(({ holds }) => !holds)
    .map(({ because }) => because.replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, momentIn));
  return [
    'Hello,',
    '',
    `I have looked at your license for ${product.name}${site === null ? '' : ` and at ${site}`}.`,
    `It is ${entry.status}, for ${seats} ${until}; ${inUse(seats_used)}.`,
    ...(state.length > 0 ? [state.join(' ')] : []),
    ...(remedy === '' ? [] : ['', remedy]),
    '',
    'Kind regards',
  ].join('\n');
}
