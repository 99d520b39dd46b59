import { hash } from 'node:crypto';
import type { License } from './license.ts';
import type { RefusalCode } from './refusal.ts';
import { computeGraceEnd } from './terms.ts';
import { DAY_S, HOUR_S, SECOND_MS, isoSeconds, parseMs } from './time.ts';
import type { Verdict, VerdictCode } from './verdict.ts';

/** The value of a policy that says nothing. */
const DEFAULT_CHECK_INTERVAL_HOURS = 12;
const DEFAULT_OFFLINE_DAYS = 14;

/** The times in an answer. A client asks again at `next_check_at`, and relies on a yes until `stale_ok_until`. */
export type Freshness = { next_check_at: string; stale_ok_until: string | null; grace_until: string | null };

export type AnswerCode = VerdictCode | RefusalCode;

const ONLY_A_PERSON_MENDS = 24;
const SHOP_MAY_MEND = 6;
/** The hours between two checks by the code of the answer. All other codes have the interval of the policy. */
const HOURS: Readonly<Partial<Record<AnswerCode, number>>> = {
  license_key_not_found: ONLY_A_PERSON_MENDS,
  license_key_replaced: ONLY_A_PERSON_MENDS,
  product_not_on_key: ONLY_A_PERSON_MENDS,
  cancelled: ONLY_A_PERSON_MENDS,
  license_cancelled: ONLY_A_PERSON_MENDS,
  bad_request: ONLY_A_PERSON_MENDS,
  body_not_json: ONLY_A_PERSON_MENDS,
  body_too_large: ONLY_A_PERSON_MENDS,
  unsupported_media_type: ONLY_A_PERSON_MENDS,
  suspended: SHOP_MAY_MEND,
  license_suspended: SHOP_MAY_MEND,
  expired: SHOP_MAY_MEND,
  license_expired: SHOP_MAY_MEND,
};

export type FreshnessFacts = {
  code: AnswerCode;
  /** The instance's own number: see `computeOwnNumber`. */
  own: number;
  /** The stage's factor of every interval. */
  factor: number;
  nowMs: number;
  /** Undefined where no license is known. */
  license: Pick<License, 'expires_at' | 'policy'> | undefined;
  /** The verdict of the license at a time; undefined for an answer on which nobody may rely. */
  verdictAt: ((ms: number) => Verdict) | undefined;
};

/**
 * A number of 48 bits that places an instance in every interval. `of` is the license's id, or the text of the key where
 * no license is known.
 */
export function computeOwnNumber(of: string, type = '', instance = ''): number {
  return parseInt(hash('sha256', `${of}\n${type}\n${instance}`, 'hex').slice(0, 12), 16);
}

/**
 * Spreads checks evenly and for good: each instance asks at its own second of the interval, the first one that is at
 * least half an interval away. A verdict that changes before is asked for soon after its change.
 */
export function computeFreshness({ code, own, factor, nowMs, license, verdictAt }: FreshnessFacts): Freshness {
  const { policy = {}, expires_at = null } = license ?? {};
  const interval = (HOURS[code] ?? policy.check_interval_hours ?? DEFAULT_CHECK_INTERVAL_HOURS) * factor * HOUR_S;
  const now = Math.floor(nowMs / SECOND_MS);
  const graceEnd = computeGraceEnd(expires_at, policy);
  const changes = [expires_at, graceEnd].flatMap((time) => (time === null ? [] : secondsOf(time)));
  const ahead = changes.filter((second) => second > now && verdictAt !== undefined);
  const codeAt = (second: number) => verdictAt?.(second * SECOND_MS).code;
  const changed = ahead.find((second) => codeAt(second) !== codeAt(now));

  const regular = nextOwnSecond(now + interval / 2, own, interval);
  const isSooner = changed !== undefined && changed < regular;
  const next = isSooner ? changed + (own % Math.min(interval, HOUR_S)) : regular;
  const isYesAt = (second: number): boolean => verdictAt !== undefined && isYes(verdictAt(second * SECOND_MS));
  const refused = ahead.find((second) => !isYesAt(second)) ?? Infinity;
  const reliable = Math.max(now + (policy.offline_days ?? DEFAULT_OFFLINE_DAYS) * DAY_S, next + interval);
  return {
    next_check_at: isoOf(next),
    stale_ok_until: isYesAt(now) ? isoOf(Math.min(reliable, refused)) : null,
    grace_until: (policy.grace_days ?? 0) > 0 ? graceEnd : null,
  };
}

/** The freshness of a verdict on several licenses: asked again with the first of them, and a yes as long as one is. */
export function combineFreshness(all: readonly Freshness[]): Freshness {
  const yes = all.flatMap(({ stale_ok_until }) => stale_ok_until ?? []).sort();
  const next = all.map(({ next_check_at }) => next_check_at).sort();
  return { next_check_at: String(next[0]), stale_ok_until: yes.at(-1) ?? null, grace_until: null };
}

const isYes = ({ may_run, is_valid }: Verdict): boolean => may_run ?? is_valid;

/** The first second from `earliest` on that is `own`, modulo the interval. */
function nextOwnSecond(earliest: number, own: number, interval: number): number {
  const phase = own % interval;
  return Math.ceil((earliest - phase) / interval) * interval + phase;
}

const secondsOf = (time: string): number => parseMs(time) / SECOND_MS;

/** ISO 8601 has no year after 9999. */
const LAST_SECOND = secondsOf('9999-12-31T23:59:59Z');
const isoOf = (second: number): string => isoSeconds(Math.min(second, LAST_SECOND) * SECOND_MS);
