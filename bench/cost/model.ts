import { priceOfPackages } from './packages.ts';
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
  /** A call of the API, unless it says something else. */
  way?: Way;
};

/** The service works on a call, on a message of a queue that comes alone, or on a part of one. */
export type Way = 'call' | 'message' | 'part';

/** The counts of docs/cost.md: what sites, shops and jobs do, and one call of each route of the API. */
export type Counts = { operations: Counted[]; routes: Counted[] };

const GB = 1e9;
const MB_IN_GB = 1_024;

export const dollars = (perCall: number): number => perCall * 1e6;

/** The duration that Lambda bills, in whole milliseconds. */
export function billedMs({ cpuMs, trips }: Pick<Counted, 'cpuMs' | 'trips'>): number {
  const waits = trips.read * TRIP_MS.read + trips.write * TRIP_MS.write + trips.transaction * TRIP_MS.transaction;
  return Math.ceil(cpuMs / CPU_SHARE + waits);
}

const lambda = (ms: number): number => (ms / 1_000) * (MEMORY_MB / MB_IN_GB) * prices.lambdaGbSecond;

/** A message is sent, received and deleted. */
const QUEUE_REQUESTS = 3;

/** The price of the beginning, and the bytes that the gateway adds. */
const BEGUN = {
  call: { gateway: prices.apiRequest, request: prices.lambdaRequest, line: ACCESS_LOG_BYTES, head: ANSWER_HEAD_BYTES },
  message: { gateway: QUEUE_REQUESTS * prices.queueRequest, request: prices.lambdaRequest, line: 0, head: 0 },
  part: { gateway: 0, request: 0, line: 0, head: 0 },
} as const satisfies Record<Way, object>;

/** Every event goes these ways, by the names of their counts. */
export const EVENT_PARTS = {
  counted: 'an event, added to analytics',
  unheard: 'an event that no webhook endpoint wants',
} as const;
export const DELIVERY = 'a delivery of a webhook';

/** The relay takes a record of the stream to the bus. */
const RELAY_MS = 20;

/** Dollars of one event that comes alone: the relay, the bus, analytics, and the rule of webhooks. */
const priceOfEvent = (all: readonly Counted[]): number =>
  Object.values(EVENT_PARTS).reduce(
    (sum, name) => sum + sumOf(priceOf(find(all, name), all)),
    prices.lambdaRequest + lambda(RELAY_MS) + prices.busEvent,
  );

export type Priced = Record<'gateway' | 'lambda' | 'table' | 'logs' | 'traffic' | 'events', number>;

/** Dollars of one call by what they are paid for. `all` has the counts of what becomes of its events. */
export function priceOf(counted: Counted, all: readonly Counted[]): Priced {
  const { readUnits, writeUnits, logBytes, answerBytes, events, way = 'call' } = counted;
  const { gateway, request, line, head } = BEGUN[way];
  return {
    gateway,
    lambda: request + lambda(billedMs(counted)),
    table: readUnits * prices.readUnit + writeUnits * prices.writeUnit,
    logs: ((logBytes + line) / GB) * prices.logGb,
    traffic: ((answerBytes + head) / GB) * prices.outGb,
    events: events === 0 ? 0 : events * priceOfEvent(all),
  };
}

export const sumOf = (priced: Priced): number => Object.values(priced).reduce((sum, part) => sum + part, 0);

/** The calls that a site makes or causes in a month of 30 days, by the name of the operation. */
export const SITE_MONTH: Readonly<Record<string, number>> = {
  'check with a proof': 45,
  'check with a proof, the first of the day': 30,
  'latest release': 60,
  'activate, a new instance': 0.1,
  deactivate: 0.05,
  'provision, 1 product': 0.05,
  'renew by license id': 0.05,
  'list by e-mail': 0.02,
  'an event for one webhook endpoint': 0.3,
  [DELIVERY]: 0.3,
};

/** A release a month of a plugin of this size, which each site downloads once. */
export const PACKAGE_A_MONTH_MB = 5;

/** The bytes that the table and its indexes hold for each site, its license and a year of its history. */
const STORED_BYTES = 8_000;

export type Bill = { calls: number; stored: number; packages: number; total: number };

/** Dollars a month for so many sites. */
export function billFor(sites: number, all: readonly Counted[]): Bill {
  const calls = Object.entries(SITE_MONTH)
    .map(([name, times]) => sites * times * sumOf(priceOf(find(all, name), all)))
    .reduce((sum, part) => sum + part, 0);
  const stored = ((sites * STORED_BYTES) / GB) * (prices.storedGbMonth + prices.recoveryGbMonth);
  const packages = (sites / MILLION) * priceOfPackages(PACKAGE_A_MONTH_MB).total;
  return { calls, stored, packages, total: calls + stored + packages };
}

export function find(all: readonly Counted[], name: string): Counted {
  const found = all.find((counted) => counted.name === name);
  if (found === undefined) throw new Error(`no operation ${name} was counted`);
  return found;
}

/** The checks of a site: the usual one, and the one that notes its visit. */
export const CHECKS = ['check with a proof', 'check with a proof, the first of the day'] as const;

/** A million sites ask so often in a second of a release day (infra/stages.ts). */
export const PEAK_A_MILLION = 950;
const MILLION = 1e6;

export type Met = { name: string; most: number; needs: number; sites: number };

/** The number of sites at which each limit is met at the peak, the first one first. */
export function meetLimits(all: readonly Counted[]): Met[] {
  const [check, first] = CHECKS.map((name) => find(all, name)) as [Counted, Counted];
  const [usual = 0, firstOfDay = 1] = CHECKS.map((name) => SITE_MONTH[name]);
  const firsts = PEAK_A_MILLION / (usual / firstOfDay + 1);
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
