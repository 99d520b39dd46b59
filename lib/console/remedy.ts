import type { ActivationEntry, RefusedCallEntry } from '../api/schemas/activation.ts';
import type { Explanation } from '../api/schemas/explanation.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import { renew, type License } from '../domain/license.ts';
import { DAY_MS, parseMs } from '../domain/time.ts';
import { momentIn } from '../domain/moment-in.ts';
import type { Typed } from './perform.ts';

/** The act that most likely helps, with its fields filled in and what it will change; or only advice. */
export type Remedy = { advice: string } & ({ act: string; values: Typed; summary: string } | { act?: undefined });

/** A seat that nobody has seen for so long is the first to free. */
const IDLE_DAYS = 30;

export type Findings = {
  license: License;
  entry: LicenseEntry;
  explanation: Explanation;
  /** All active sites, longest unseen first. Read only if every seat is taken. */
  taken: readonly ActivationEntry[];
  refusedCalls: readonly RefusedCallEntry[];
  nowMs: number;
};

/** Chooses the remedy by the code of the verdict, and by the calls that were refused lately. */
export function findRemedy(findings: Findings): Remedy {
  const { explanation, refusedCalls } = findings;
  const wasFull = refusedCalls.some(({ code }) => code === 'seat_limit_reached');
  switch (explanation.verdict.code) {
    case 'cancelled':
      return { advice: 'A cancelled license cannot be brought back. The customer needs a new one.' };
    case 'suspended':
      return {
        act: 'resume',
        values: {},
        summary: 'Resume the license',
        advice: 'If the dispute is over, the license can be resumed; its sites keep their seats.',
      };
    case 'expired':
    case 'valid_in_grace':
    case 'valid_maintained':
      return offerRenewal(findings);
    case 'not_activated':
      return isFull(findings) ? makeRoom(findings) : { advice: 'A seat is free: activate the license on the site.' };
    case 'product_not_on_key':
      return { advice: 'Use the key that carries a license for this product.' };
    case 'valid':
      return wasFull && isFull(findings) ? makeRoom(findings) : { advice: 'Nothing is wrong with this license.' };
  }
}

const isFull = ({ entry }: Findings): boolean => entry.seats_remaining === 0;

function offerRenewal({ license, nowMs }: Findings): Remedy {
  const duration = license.duration ?? license.policy.duration ?? 'P1Y';
  const renewed = renew(license, { extend_by: duration }, nowMs);
  const to = renewed.kind === 'changed' ? renewed.license.expires_at : null;
  const moves =
    to === null
      ? ''
      : ` The license then expires on ${momentIn(to)} instead of ${momentIn(String(license.expires_at))}.`;
  return {
    act: 'renew',
    values: { extend_by: duration },
    summary: `Renew by ${durationIn(duration)}`,
    advice: `Once the customer has paid, the license can be renewed.${moves}`,
  };
}

/** Frees the seat that was unseen for the longest, or else raises the limit by one. */
function makeRoom({ entry, taken, nowMs }: Findings): Remedy {
  const idle = taken.find(({ takes_seat }) => takes_seat);
  const seenMs = idle === undefined ? nowMs : parseMs(idle.last_checked_at ?? idle.activated_at);
  const days = Math.floor((nowMs - seenMs) / DAY_MS);
  if (idle !== undefined && days >= IDLE_DAYS)
    return {
      act: 'free',
      values: { activation_id: idle.id },
      summary: `Free ${idle.instance_identifier}, unseen for ${String(days)} days`,
      advice: `All seats are taken. ${idle.instance_identifier} then stops being active, and its seat is free.`,
    };
  const limit = Number(entry.seat_limit);
  return {
    act: 'seats',
    values: { max_seats: String(limit + 1) },
    summary: 'Raise the limit by one',
    advice: `All seats are in use. The license then has ${String(limit + 1)} seats instead of ${String(limit)}.`,
  };
}

const UNITS: Readonly<Record<string, string>> = { Y: 'year', M: 'month', W: 'week', D: 'day' };

/** `P1Y` → `a year`, `P14D` → `14 days`. */
function durationIn(duration: string): string {
  const [count, noun] = [duration.slice(1, -1), UNITS[duration.slice(-1)]];
  if (noun === undefined || !/^\d+$/.test(count)) return duration;
  return count === '1' ? `a ${noun}` : `${count} ${noun}s`;
}
