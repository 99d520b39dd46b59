import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MINUTE_S } from '../lib/domain/time.ts';
import { drawWeek } from './fleet-picture.ts';
import { OUTAGE, RELEASE, runFleet, WEEK_MINUTES, type FleetWeek, type Outage } from './fleet-week.ts';

/**
 * Simulates a million sites that ask when the answers tell them to: `npm run bench:fleet [-- --sites 1000000]`. It runs
 * the rule of `lib/domain/freshness.ts` and no server. `--write` puts the picture into the documents.
 */
const { values } = parseArgs({
  options: { sites: { type: 'string', default: '1000000' }, write: { type: 'boolean', default: false } },
});
const sites = Number(values.sites);
const GOAL = 2;
const WINDOW = 5;
const DAY_MINUTES = 1440;

/** Requests a second in the busiest five minutes of a span, divided by the mean. */
function peakIn(counts: readonly number[], from: number, to: number, mean: number): number {
  let busiest = 0;
  for (let minute = from; minute + WINDOW <= to; minute += 1) {
    const sum = counts.slice(minute, minute + WINDOW).reduce((total, count) => total + count, 0);
    busiest = Math.max(busiest, sum / WINDOW);
  }
  return busiest / mean;
}

function rowsOf(outage: Outage, { spread, all }: FleetWeek): string[] {
  const mean = all.reduce((sum, count) => sum + count, 0) / WEEK_MINUTES;
  const afterOutage = [OUTAGE.end, OUTAGE.end + DAY_MINUTES] as const;
  const onReleaseDay = [RELEASE, RELEASE + DAY_MINUTES] as const;
  const row = (what: string, [from, to]: readonly [number, number]): string => {
    const own = peakIn(spread, from, to, mean);
    const withBeat = peakIn(all, from, to, mean);
    return `| ${outage} | ${what} | ${own.toFixed(2)} | ${own <= GOAL ? 'met' : 'missed'} | ${withBeat.toFixed(2)} |`;
  };
  return [
    `| ${outage} | mean, requests a second | ${(mean / MINUTE_S).toFixed(1)} | no goal | |`,
    row('after the outage, busiest 5 minutes ÷ mean', afterOutage),
    row('release day, busiest 5 minutes ÷ mean', onReleaseDay),
    row('an ordinary day, busiest 5 minutes ÷ mean', [0, DAY_MINUTES]),
  ];
}

/** A site whose license has lapsed asks on every page that is not cached, all others twice a day. */
const PAGES_A_DAY = 150;
/** API Gateway $1.00, Lambda $0.33, DynamoDB $0.38 for three half units, logs $0.15: per million checks. */
const DOLLARS_A_MILLION = 1.86;

function billRows({ all, lapsed }: FleetWeek): string[] {
  const WEEKS_A_MONTH = 365 / 12 / 7;
  const withFields = all.reduce((sum, count) => sum + count, 0) * WEEKS_A_MONTH;
  const without = (sites - lapsed) * 2 * 7 * WEEKS_A_MONTH + lapsed * PAGES_A_DAY * 7 * WEEKS_A_MONTH;
  const dollars = (requests: number): string => `$${Math.round((requests / 1e6) * DOLLARS_A_MILLION)}`;
  const millions = (requests: number): string => `${Math.round(requests / 1e6)} million`;
  return [
    `| with the fields | ${millions(withFields)} | ${dollars(withFields)} |`,
    `| without them | ${millions(without)} | ${dollars(without)} |`,
  ];
}

const started = performance.now();
const weeks = (['refuses at once', 'silent'] as const).map((outage) => ({ outage, week: runFleet(sites, outage) }));
console.log('| outage | what | measured | goal ≤ 2 | with the beat of hosts’ cron |\n|---|---|---|---|---|');
for (const { outage, week } of weeks) console.log(rowsOf(outage, week).join('\n'));
console.log('\n| a month | checks | cost |\n|---|---|---|');
const [first] = weeks;
if (first) console.log(billRows(first.week).join('\n'));
if (values.write) {
  const file = new URL('../docs/pictures/fleet-week.svg', import.meta.url);
  writeFileSync(file, drawWeek(weeks.map(({ outage, week }) => ({ name: outage, counts: week.spread }))));
  console.error(`bench: wrote ${readFileSync(file).length} bytes of ${file.pathname}`);
}
console.error(`bench: ${sites} sites, two weeks, ${((performance.now() - started) / 1000).toFixed(0)} s`);
