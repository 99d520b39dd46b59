import { ACCESS_LOG_BYTES, ANSWER_HEAD_BYTES, CPU_SHARE, limits, MEMORY_MB, prices, TRIP_MS } from './prices.ts';

/** One call of an operation as it was counted, its authentication included. */
export type Counted = {
  name: string;
  readUnits: number;
  writeUnits: number;
  trips: { read: number; write: number; transaction: number };
  /** Entries of the journal, each of which becomes an event. */
  events: number;
  logBytes: number;
  answerBytes: number;
  cpuMs: number;
};

const GB = 1e9;
const MB_IN_GB = 1_024;

export const dollars = (perCall: number): number => perCall * 1e6;

/** The duration that Lambda bills, in whole milliseconds. */
export function billedMs({ cpuMs, trips }: Pick<Counted, 'cpuMs' | 'trips'>): number {
  const waits = trips.read * TRIP_MS.read + trips.write * TRIP_MS.write + trips.transaction * TRIP_MS.transaction;
  return Math.ceil(cpuMs / CPU_SHARE + waits);
}

const lambda = (ms: number): number =>
  prices.lambdaRequest + (ms / 1_000) * (MEMORY_MB / MB_IN_GB) * prices.lambdaGbSecond;

/** The calls of Lambda and SQS that take one event to the rule of webhooks, when each comes alone. */
const EVENT_MS = 20;
const QUEUE_REQUESTS = 3;
const priceOfEvent = 2 * lambda(EVENT_MS) + prices.busEvent + QUEUE_REQUESTS * prices.queueRequest;

export type Priced = Record<'gateway' | 'lambda' | 'table' | 'logs' | 'traffic' | 'events', number>;

/** Dollars of one call by what they are paid for. */
export function priceOf(counted: Counted): Priced {
  const { readUnits, writeUnits, logBytes, answerBytes, events } = counted;
  return {
    gateway: prices.apiRequest,
    lambda: lambda(billedMs(counted)),
    table: readUnits * prices.readUnit + writeUnits * prices.writeUnit,
    logs: ((logBytes + ACCESS_LOG_BYTES) / GB) * prices.logGb,
    traffic: ((answerBytes + ANSWER_HEAD_BYTES) / GB) * prices.outGb,
    events: events * priceOfEvent,
  };
}

export const sumOf = (priced: Priced): number => Object.values(priced).reduce((sum, part) => sum + part, 0);

/** The calls that a site makes or causes in a month of 30 days, by the name of the operation. */
export const SITE_MONTH: Readonly<Record<string, number>> = {
  check: 45,
  'check, the first of the day': 30,
  'activate, a new instance': 0.1,
  deactivate: 0.05,
  'provision, 1 product': 0.05,
  'renew by license id': 0.05,
  'list by e-mail': 0.02,
};

/** The bytes that the table and its indexes hold for each site, its license and a year of its history. */
const STORED_BYTES = 8_000;

export type Bill = { calls: number; stored: number; total: number };

/** Dollars a month for so many sites. */
export function billFor(sites: number, all: readonly Counted[]): Bill {
  const calls = Object.entries(SITE_MONTH)
    .map(([name, times]) => sites * times * sumOf(priceOf(find(all, name))))
    .reduce((sum, part) => sum + part, 0);
  const stored = ((sites * STORED_BYTES) / GB) * (prices.storedGbMonth + prices.recoveryGbMonth);
  return { calls, stored, total: calls + stored };
}

export function find(all: readonly Counted[], name: string): Counted {
  const found = all.find((counted) => counted.name === name);
  if (found === undefined) throw new Error(`no operation ${name} was counted`);
  return found;
}

/** A million sites ask so often in a second of a release day (infra/stages.ts). */
export const PEAK_A_MILLION = 950;
const MILLION = 1e6;

export type Met = { name: string; most: number; needs: number; sites: number };

/** The number of sites at which each limit is met at the peak, the first one first. */
export function meetLimits(all: readonly Counted[]): Met[] {
  const check = find(all, 'check');
  const first = find(all, 'check, the first of the day');
  const firsts = PEAK_A_MILLION / ((SITE_MONTH['check'] ?? 0) / (SITE_MONTH[first.name] ?? 1) + 1);
  const others = PEAK_A_MILLION - firsts;
  const perSecond = (of: (counted: Counted) => number): number => others * of(check) + firsts * of(first);
  const [requests, calls] = [PEAK_A_MILLION, perSecond((counted) => billedMs(counted) / 1_000)];
  const [reads, writes] = [perSecond(({ readUnits }) => readUnits), perSecond(({ writeUnits }) => writeUnits)];
  const needs: Record<keyof typeof limits, number> = {
    apiRequests: requests,
    stageRequests: requests,
    concurrency: calls,
    reserved: calls,
    newTableReads: reads,
    newTableWrites: writes,
    tableReads: reads,
    tableWrites: writes,
  };
  return (Object.keys(limits) as (keyof typeof limits)[])
    .map((key) => ({ ...limits[key], needs: needs[key], sites: (limits[key].most / needs[key]) * MILLION }))
    .sort((a, b) => a.sites - b.sites);
}
