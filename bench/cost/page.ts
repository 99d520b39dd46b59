import {
  billedMs,
  billFor,
  CHECKS,
  dollars,
  find,
  meetLimits,
  PACKAGE_A_MONTH_MB,
  PEAK_A_MILLION,
  priceOf,
  SITE_MONTH,
  sumOf,
  type Counted,
  type Counts,
} from './model.ts';
import { PACKAGE_MB, priceOfPackages } from './packages.ts';
import { MEMORY_MB, TRIP_MS } from './prices.ts';

const SCALES = [1e6, 1e7, 1e8];

const money = (value: number): string => `$${value.toFixed(2)}`;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The text of docs/cost.md, from what was counted. */
export const renderCostPage = ({ operations: all, routes }: Counts): string =>
  [
    INTRODUCTION,
    ...ofPrices(all),
    ...ofCounts(all),
    ...ofSites(all),
    ...ofPackages(),
    ...ofLimits(all),
    ...ofRoutes(routes, all),
  ].join('\n\n') + '\n';

const INTRODUCTION = `# Costs

\`npm run docs:cost\` counts the units of each operation on an engine, measures its CPU time, and writes this page.
\`npm run docs:cost -- --page\` writes it from the last counts, in [counted.json](../bench/cost/counted.json). A test
holds the page to those counts, and \`npm run bench -- --only cost\` holds the counts to the service.`;

const ofPrices = (all: readonly Counted[]): string[] => [
  '## A million calls of each operation',
  'Dollars in us-east-1 by list price (November 2026), without free tiers and discounts.',
  table(
    ['operation', 'total', 'gateway or queue', 'Lambda', 'table', 'logs', 'traffic', 'events'],
    all.map((counted) => {
      const { gateway, lambda, table: units, logs, traffic, events } = priceOf(counted, all);
      const parts = [gateway, lambda, units, logs, traffic, events].map((part) => money(dollars(part)));
      return [counted.name, `**${money(dollars(sumOf(priceOf(counted, all))))}**`, ...parts];
    }),
  ),
  `Every event goes to the bus, to analytics and to the rule of webhooks, which the last column contains; the rows of
events say what two of these cost when an event comes alone. Up to ten share a call and a transaction when many come, so
a busy brand pays less. A webhook endpoint that wants an event costs the row of its hand-out and that of its delivery
more. The gateway is the largest part of a check, so fewer checks are the only large lever
(\`check_interval_hours\` of a product).`,
];

const ofCounts = (all: readonly Counted[]): string[] => [
  '## Counted and measured',
  table(
    ['operation', 'read units', 'write units', 'trips', 'events', 'log bytes', 'answer bytes', 'CPU ms', 'billed ms'],
    all.map((counted) => {
      const { name, readUnits, writeUnits, trips, events, logBytes, answerBytes, cpuMs } = counted;
      const sum = trips.read + trips.write + trips.transaction;
      return [name, readUnits, writeUnits, sum, events, logBytes, answerBytes, cpuMs, billedMs(counted)];
    }),
  ),
  `- **Units, trips, events and bytes are counted** on dynoxide, which counts capacity by the rules of AWS;
  authentication and the count of the rate are included.
- **CPU time is measured** on the machine that ran the command, warm, and depends on it and on its other load.
- **Billed time is computed**: CPU time at the ${MEMORY_MB} MB of prod, which is 0.29 of a CPU, plus
  ${TRIP_MS.read} ms for a read, ${TRIP_MS.write} ms for a write and ${TRIP_MS.transaction} ms for a
  transaction. The graph "Functions: p99 of duration" has what a stage really takes.
- Cold starts are left out, and so are traces of X-Ray and metrics.`,
];

const ofSites = (all: readonly Counted[]): string[] => [
  '## 1, 10 and 100 million sites',
  'A site causes in a month of 30 days:',
  table(['operation', 'times'], Object.entries(SITE_MONTH)),
  `Checks are two and a half a day, as the default interval of 12 hours and its spread make them, each with a proof. A
site asks for updates twice a day and downloads a release of ${PACKAGE_A_MONTH_MB} MB a month, and each event goes to
one webhook endpoint. All but the checks is assumed.`,
  table(
    ['sites', 'checks a month', 'calls', 'stored, with recovery', 'downloads', 'a month', 'a site and year'],
    SCALES.map((sites) => {
      const { calls, stored, packages, total } = billFor(sites, all);
      const checks = sites * CHECKS.reduce((sum, name) => sum + (SITE_MONTH[name] ?? 0), 0);
      const year = `${((100 * 12 * total) / sites).toFixed(2)} cents`;
      const parts = [calls, stored, packages].map((part) => `$${whole(part)}`);
      return [whole(sites), whole(checks), ...parts, `**$${whole(total)}**`, year];
    }),
  ),
  table(
    ['what a million sites cost a month', 'calls', 'dollars'],
    Object.entries(SITE_MONTH).map(([name, times]) => [
      name,
      whole(times * 1e6),
      `$${whole(times * dollars(sumOf(priceOf(find(all, name), all))))}`,
    ]),
  ),
];

const ofPackages = (): string[] => [
  '## Packages of plugins',
  `Packages lie in a bucket of their own. A download is one call of the function \`downloads\`, one request to the
bucket, and the bytes that leave AWS, which are nearly all of the price:`,
  table(
    ['package', 'a million downloads', 'of that, traffic', '1,000 releases kept for a month'],
    PACKAGE_MB.map((megabytes) => {
      const { traffic, total, kept } = priceOfPackages(megabytes);
      return [`${String(megabytes)} MB`, `**$${whole(total)}**`, `$${whole(traffic)}`, money(kept)];
    }),
  ),
  `A release to a million sites is a million downloads within days, at prices of the first 10 TB of a month; more
traffic costs less. A rollout by percent spreads the bill and does not lower it. An upload costs a request to the
bucket and the reads of the check, a cent for thousands. Uploads that no release has taken are deleted after a week.`,
];

const ofLimits = (all: readonly Counted[]): string[] => [
  '## The limits of AWS that are met first',
  `A million sites ask ${PEAK_A_MILLION} times a second on a release day. Each limit is the default of an account and
region.`,
  table(
    ['limit', 'default', 'needed by a million sites', 'met at'],
    meetLimits(all).map(({ name, most, needs, sites }) => [
      name,
      whole(most),
      whole(needs),
      `${(sites / 1e6).toFixed(1)} million sites`,
    ]),
  ),
  `Within the table no partition is met first: a check reads items of one license, and writes of one brand are spread
over its licenses. One license takes some 40 changes a second ([access patterns](access-patterns.md)).`,
];

const ofRoutes = (routes: readonly Counted[], all: readonly Counted[]): string[] => [
  '## Every route',
  `One call of each route of the API with the example of the route table, in a brand with few things, its events
included. A list costs more where it has more to show.`,
  table(
    ['route', 'a million calls', 'read units', 'write units', 'trips', 'events', 'billed ms'],
    routes.map((counted) => {
      const { name, readUnits, writeUnits, trips, events } = counted;
      const sum = trips.read + trips.write + trips.transaction;
      const total = `**${money(dollars(sumOf(priceOf(counted, all))))}**`;
      return [`\`${name}\``, total, readUnits, writeUnits, sum, events, billedMs(counted)];
    }),
  ),
];
