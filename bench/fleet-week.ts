import { computeFreshness, computeOwnNumber, type AnswerCode } from '../lib/domain/freshness.ts';
import { HOUR_S, MINUTE_S, SECOND_MS, parseMs } from '../lib/domain/time.ts';
import type { Verdict } from '../lib/domain/verdict.ts';

/** A server that is down answers 503 with a time, or nothing at all. */
export type Outage = 'refuses at once' | 'silent';
/** Requests by minute: those of sites that ask at their own second, and all. `lapsed` counts sites. */
export type FleetWeek = { spread: number[]; all: number[]; lapsed: number };

export const WEEK_MINUTES = 7 * 1440;
/** The first day begins with a fleet that has run for long; Wednesday 08:00 to 14:00; release on Friday 09:00. */
export const OUTAGE = { begin: 2 * 1440 + 480, end: 2 * 1440 + 840 };
export const RELEASE = 4 * 1440 + 540;

const START_MS = parseMs('2026-06-01T00:00:00Z');
const EXPIRY = '2026-06-03T23:59:59Z';

/** Shares of the fleet. */
const LAPSED = 0.15;
const UNKNOWN = 0.03;
const EXPIRING = 0.02;
/** Sites whose host runs their tasks at every full quarter of an hour. The others run them when a visitor comes. */
const ON_HOSTS_CRON = 0.2;
const VISITOR_S = 300;
/** After a release, this share of the sites updates within a day, most of them soon, and asks a second time. */
const UPDATES = 0.5;
const UPDATES_WITHIN_S = 8 * HOUR_S;

/** The seconds that a site waits without any answer, from least to most, as `Licensing.php` has them. */
const BACKOFF_S = [waitOf(5 * MINUTE_S, 0.8), waitOf(HOUR_S, 0.8)];
const LAST_WAIT_S = waitOf(6 * HOUR_S, 1);

function waitOf(seconds: number, from: number): { least: number; most: number } {
  return { least: seconds * from, most: seconds * (from + 0.4) };
}

const YES: Verdict = { may_run: true, may_update: true, is_valid: true, is_activated: true, code: 'valid' };
const NO: Verdict = { may_run: false, may_update: false, is_valid: false, is_activated: true, code: 'expired' };
const EXPIRY_MS = parseMs(EXPIRY);

type Site = { own: number; kind: 'valid' | 'lapsed' | 'unknown' | 'expiring'; isOnCron: boolean; failures: number };

/** Mulberry32: the same fleet in each run. */
function openChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One week, minute by minute: each site stands in the list of the minute in which it asks next. */
export function runFleet(count: number, outage: Outage): FleetWeek {
  const chance = openChance(7);
  const sites = Array.from({ length: count }, (_, i) => newSite(i, chance()));
  const due: number[][] = Array.from({ length: WEEK_MINUTES }, () => []);
  const week: FleetWeek = { spread: [], all: [], lapsed: sites.filter(({ kind }) => kind === 'lapsed').length };
  const plan = (index: number, second: number, isOnCron: boolean): void => {
    const asks = isOnCron ? Math.ceil(second / 900) * 900 : second - VISITOR_S * Math.log(1 - chance());
    due[Math.floor(asks / MINUTE_S)]?.push(index);
  };
  // A fleet that has run for long: each site's first moment is one of its own in its interval.
  for (const [index, site] of sites.entries()) plan(index, nextCheckOf(site, -intervalOf(site) / 2), site.isOnCron);
  const updates = planUpdates(count, chance);
  for (let minute = 0; minute < WEEK_MINUTES; minute += 1) {
    const isDown = minute >= OUTAGE.begin && minute < OUTAGE.end;
    const asking = [...(due[minute] ?? []), ...(updates.get(minute) ?? [])];
    due[minute] = [];
    let spread = 0;
    for (const index of asking) {
      const site = sites[index];
      if (site === undefined) continue;
      if (!site.isOnCron) spread += 1;
      plan(index, nextSecond(site, minute * MINUTE_S, isDown ? outage : undefined, chance), site.isOnCron);
    }
    week.all.push(asking.length);
    // The sites on hosts' cron ask on average as often as the others.
    week.spread.push(spread / (1 - ON_HOSTS_CRON));
  }
  return week;
}

function newSite(index: number, drawn: number): Site {
  const own = computeOwnNumber(`license-${index}`, 'url', `site-${index}.example`);
  const isOnCron = ((own / 4096) % 1000) / 1000 < ON_HOSTS_CRON;
  const [lapsed, unknown, expiring] = [LAPSED, LAPSED + UNKNOWN, LAPSED + UNKNOWN + EXPIRING];
  const kind = drawn < lapsed ? 'lapsed' : drawn < unknown ? 'unknown' : drawn < expiring ? 'expiring' : 'valid';
  return { own, kind, isOnCron, failures: 0 };
}

const intervalOf = ({ kind }: Site): number => (kind === 'lapsed' ? 6 : kind === 'unknown' ? 24 : 12) * HOUR_S;

/** The first hours after a release are the busiest. A site that updates keeps its plan for the next check too. */
function planUpdates(count: number, chance: () => number): Map<number, number[]> {
  const updates = new Map<number, number[]>();
  for (let index = 0; index < count; index += 1) {
    if (chance() >= UPDATES) continue;
    const minute = RELEASE + Math.floor((-UPDATES_WITHIN_S * Math.log(1 - chance())) / MINUTE_S);
    const there = updates.get(minute);
    if (there) there.push(index);
    else updates.set(minute, [index]);
  }
  return updates;
}

function nextSecond(site: Site, second: number, outage: Outage | undefined, chance: () => number): number {
  if (outage === 'silent') {
    const { least, most } = BACKOFF_S[site.failures] ?? LAST_WAIT_S;
    site.failures += 1;
    return second + least + (most - least) * chance();
  }
  site.failures = 0;
  return nextCheckOf(site, second, outage === undefined ? undefined : 'unavailable');
}

/** The site's `next_check_at`, in seconds of the week. */
function nextCheckOf({ kind, own }: Site, second: number, refused?: AnswerCode): number {
  const nowMs = START_MS + second * SECOND_MS;
  const isExpired = kind === 'lapsed' || (kind === 'expiring' && nowMs >= EXPIRY_MS);
  const code = refused ?? (kind === 'unknown' ? 'license_key_not_found' : isExpired ? 'expired' : 'valid');
  const license = kind === 'expiring' ? { expires_at: EXPIRY, policy: {} } : undefined;
  const verdictAt = license && ((ms: number): Verdict => (ms < EXPIRY_MS ? YES : NO));
  const { next_check_at } = computeFreshness({ code, own, factor: 1, nowMs, license, verdictAt });
  return (parseMs(next_check_at) - START_MS) / SECOND_MS;
}
