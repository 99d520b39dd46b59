import { html } from 'hono/html';
import {
  addSums,
  CALL_FIELDS,
  GRANULARITIES,
  joinDays,
  listDays,
  SITE_REFUSALS,
  valuesBackwards,
  type Flow,
  type Gauge,
  type Granularity,
  type Point,
  type Sums,
} from '../domain/counts.ts';
import { dayAfter, findLatest, isoSeconds } from '../domain/time.ts';
import { findBrandCalls } from '../process/brand-calls.ts';
import { Unavailable } from '../process/outage.ts';
import { readCounter, readDayCounters, readGenerations } from '../table/counts.ts';
import { countFailingEndpoints } from '../table/webhook-endpoints.ts';
import { readBrands, type PersonBrand } from './brands.ts';
import type { Call, PageContext } from './call.ts';
import { barChart, heatMap, reasonsChart } from './chart.ts';
import { apiCall, SWAP, table, when, type Html } from './parts.ts';
import { NOTHING_HERE, problemPage, sendPage, type Shell } from './respond.ts';

/** The days that each granularity looks back. */
const LOOKS_BACK: Record<Granularity, number> = { day: 30, week: 182, month: 365 };
const LOOKS_AHEAD = 90;
const AT_ONCE = 10;
/** More brands cannot be summed while a person waits: each has some twenty reads. */
const MOST_SUMMED = 100;

const GAUGES: readonly (readonly [title: string, field: Gauge, metric: string])[] = [
  ['Active licenses', 'licenses_valid', 'active_licenses'],
  ['Active sites', 'active_sites', 'active_sites'],
  ['Seats used', 'seats_used', 'seats_used'],
];
const FLOWS: readonly (readonly [string, Flow])[] = [
  ['New licenses', 'provisioned'],
  ['Renewed', 'renewed'],
  ['Cancelled', 'cancelled'],
  ['Expired', 'expired'],
  ['Activations', 'activations'],
  ['Deactivations', 'deactivations'],
  ['Webhook endpoints that were disabled because they failed', 'webhooks_failed'],
];

type Days = ReadonlyMap<string, Sums>;
type Numbers = { total: Sums; days: Map<string, Sums>; due: Map<string, Sums>; as_of: string; failing: number };

/** The page shows how one brand, or all brands of a person, are doing: a picture per metric, with its table. */
export async function analyticsPage(c: PageContext, shell: Shell): Promise<Response> {
  const call = c.get('call');
  const all = await readBrands(call, c.get('person'));
  const { brand: slug = '', granularity = 'day' } = c.req.query();
  const brands = slug === '' ? all : all.filter(({ brand }) => brand.slug === slug);
  const unit = GRANULARITIES.find((known) => known === granularity);
  if (brands.length === 0 || unit === undefined) return problemPage(c, shell, 404, NOTHING_HERE);
  if (brands.length > MOST_SUMMED) return sendPage(c, shell, { title: 'Analytics', body: chooseOne(all, unit) });
  const today = isoSeconds(call.ctx.nowMs).slice(0, 10);
  const from = dayAfter(today, 1 - LOOKS_BACK[unit]);
  const [numbers, calls] = await Promise.all([
    readAll(call, brands, { from, today }),
    readCalls(call, brands, { from, today }),
  ]);
  const name = slug === '' ? 'all your brands' : String(brands[0]?.brand.name);
  const body = html`
    <section aria-labelledby="analytics">
      <h1 id="analytics">How ${name} ${slug === '' ? 'are' : 'is'} doing</h1>
      ${chooser(all, slug, unit)} ${statusTable(numbers)}
    </section>
    <div class="columns">${charts(numbers, { from, today, unit })} ${callCharts(calls, { from, today, unit })}</div>
  `;
  return sendPage(c, shell, { title: `Analytics of ${name}`, body });
}

const chooseOne = (brands: readonly PersonBrand[], unit: Granularity): Html =>
  html`<section aria-labelledby="analytics">
    <h1 id="analytics">How is a brand doing?</h1>
    <p>You have ${brands.length} brands, and at most ${MOST_SUMMED} are summed here. Choose one.</p>
    ${chooser(brands, '', unit)} ${callFor('active_licenses', { unit })}
  </section>`;

type Span = { from: string; today: string };

async function readAll(call: Call, brands: readonly PersonBrand[], span: Span): Promise<Numbers> {
  const sums: Numbers = { total: {}, days: new Map(), due: new Map(), as_of: '', failing: 0 };
  for (let first = 0; first < brands.length; first += AT_ONCE) {
    const some = brands.slice(first, first + AT_ONCE);
    for (const found of await Promise.all(some.map(({ brand }) => readOne(call, brand.key_prefix, span)))) {
      addSums(sums.total, found.total.sums);
      addDays(sums.days, found.days);
      addDays(sums.due, found.due);
      sums.as_of = findLatest(sums.as_of, found.total.as_of);
      sums.failing += found.failing;
    }
  }
  return sums;
}

async function readOne({ ctx }: Call, prefix: string, { from, today }: Span) {
  const open = ctx.table(prefix);
  const { shown: generation } = await readGenerations(open, prefix);
  const [total, days, due, failing] = await Promise.all([
    readCounter(open, prefix, { of: 'total', generation, name: 'total' }),
    readDayCounters(open, prefix, { of: 'day', generation, from, to: today }),
    readDayCounters(open, prefix, { of: 'due', generation, from: today, to: dayAfter(today, LOOKS_AHEAD) }),
    countFailingEndpoints(open, prefix, ctx.nowMs),
  ]);
  return { total, days, due, failing };
}

/** The calls of sites, if this stage keeps them by brand. The other pictures are shown without them too. */
async function readCalls(
  { ctx }: Call,
  brands: readonly PersonBrand[],
  { from, today: to }: Span,
): Promise<Days | 'unkept' | 'away'> {
  const read = findBrandCalls();
  if (read === undefined) return 'unkept';
  const prefixes = brands.map(({ brand }) => brand.key_prefix);
  try {
    return await read({ brands: prefixes, fields: CALL_FIELDS, from, to }, ctx.table(...prefixes).signal);
  } catch (error) {
    if (error instanceof Unavailable) return 'away';
    throw error;
  }
}

function addDays(into: Map<string, Sums>, days: ReadonlyMap<string, Sums>): void {
  for (const [day, sums] of days) {
    const known = into.get(day) ?? {};
    addSums(known, sums);
    into.set(day, known);
  }
}

function charts({ total, days, due }: Numbers, { from, today, unit }: Span & { unit: Granularity }): Html[] {
  const dates = listDays(from, today);
  const by = (field: string): { at: string; by: number }[] =>
    dates.map((at) => ({ at, by: days.get(at)?.[field] ?? 0 }));
  const ahead: Point[] = listDays(today, dayAfter(today, LOOKS_AHEAD)).map((at) => ({
    at,
    value: due.get(at)?.['expiring'] ?? 0,
  }));
  const flow = (field: string): Point[] => by(field).map(({ at, by: value }) => ({ at, value }));
  return [
    ...GAUGES.map(([title, field, metric]) => {
      const present = total[field] ?? 0;
      const points = joinDays(valuesBackwards(present, by(field)), unit, 'last');
      return barChart(title, field, points, { figure: present, call: callFor(metric, { from, unit }) });
    }),
    heatMap('Licenses that expire in the next 90 days', 'expiring', ahead, callFor('expiring', { unit: 'day' })),
    ...FLOWS.map(([title, field]) => {
      const sum = by(field).reduce((all, { by: value }) => all + value, 0);
      const more = { figure: sum, call: callFor(field, { from, unit }) };
      return barChart(title, field, joinDays(flow(field), unit, 'sum'), more);
    }),
  ];
}

/** The call of the API that has the numbers of a picture; it is asked with the key of one brand. */
const callFor = (metric: string, { from, unit }: { from?: string; unit: Granularity }): Html =>
  apiCall('GET', '/api/v1/brand/analytics', {
    query: { metric, ...(from === undefined ? {} : { from }), granularity: unit },
  });

const CALLS_MISSING = {
  unkept:
    'This stage counts checks and refused calls for all brands together. They are on the dashboard of the platform ' +
    'team; the page of a license shows the calls that were refused for it.',
  away: 'The counts of calls cannot be read at the moment. Open the page again in a while.',
} as const;

function callCharts(calls: Days | 'unkept' | 'away', { from, today, unit }: Span & { unit: Granularity }): Html {
  if (typeof calls === 'string')
    return html`<section aria-labelledby="calls">
      <h2 id="calls">Checks and refusals</h2>
      <p class="quiet">${CALLS_MISSING[calls]}</p>
    </section>`;
  const checks = listDays(from, today).map((at) => ({ at, value: calls.get(at)?.['checks'] ?? 0 }));
  const total = checks.reduce((sum, { value }) => sum + value, 0);
  const sums: Sums = {};
  for (const day of calls.values()) addSums(sums, day);
  const reasons = SITE_REFUSALS.map((code) => ({ reason: code, count: sums[`refusals.${code}`] ?? 0 }));
  const more = { figure: total, call: callFor('checks', { from, unit }) };
  return html`${barChart('Checks', 'checks', joinDays(checks, unit, 'sum'), more)}
  ${reasonsChart('Refused calls of sites by reason', 'refusals', reasons, (reason) =>
    callFor(`refusals.${reason}`, { from, unit }),
  )}`;
}

function statusTable({ total, as_of, failing }: Numbers): Html {
  const cells = ['valid', 'expired', 'suspended', 'cancelled'].map((status) => total[`licenses_${status}`] ?? 0);
  const row = html`<tr>
    ${cells.map((count) => html`<td>${count.toLocaleString('en')}</td>`)}
  </tr>`;
  return html`${table('Licenses by status', ['Valid', 'Expired', 'Suspended', 'Cancelled'], [row])}
    <p>${failing === 1 ? '1 webhook endpoint fails' : `${failing.toLocaleString('en')} webhook endpoints fail`} now.</p>
    <p class="quiet">The newest change that is counted: ${when(as_of === '' ? null : as_of, 'none yet')}</p>`;
}

const chooser = (brands: readonly PersonBrand[], chosen: string, unit: Granularity): Html =>
  html`<form method="get" action="/console/analytics" class="filters" ${SWAP}>
    <label for="brand"
      >Brand
      <select id="brand" name="brand">
        <option value="">All of mine</option>
        ${brands.map(
          ({ brand }) =>
            html`<option value="${brand.slug}" ${brand.slug === chosen ? 'selected' : ''}>${brand.name}</option>`,
        )}
      </select>
    </label>
    <label for="granularity"
      >By
      <select id="granularity" name="granularity">
        ${GRANULARITIES.map(
          (known) => html`<option value="${known}" ${known === unit ? 'selected' : ''}>${known}</option>`,
        )}
      </select>
    </label>
    <button>Show</button>
  </form>`;
