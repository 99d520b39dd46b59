import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { ANALYTICS_DAYS, GRANULARITIES, isMetric, METRICS } from '../domain/counts.ts';
import { DAY_MS, parseMs } from '../domain/time.ts';
import * as example from './examples/analytics.ts';
import type { Route } from './route.ts';
import { instant, slugOrId } from './schemas/fields.ts';

const shared = {
  method: 'GET',
  function: 'analytics',
  auth: 'brand',
  scope: 'licenses:read',
  access: 'read',
  vault: 'on_demand',
} as const;

const as_of = describe(describe(z.nullable(z.string()), 'The time of the newest change that is counted'), {
  format: 'date-time',
});

const licenses = z.int();
const LicensesByStatus = describe(
  z.object({
    valid: describe(licenses, 'Neither expired nor stopped'),
    expired: describe(licenses, 'Past their expiry, those in grace included'),
    suspended: describe(licenses, 'Stopped for the time being'),
    cancelled: describe(licenses, 'Ended for good'),
  }),
  { id: 'LicensesByStatus', description: 'The licenses of each status' },
);

const LicenseCount = describe(
  z.object({
    count: describe(z.int(), 'All licenses'),
    by_status: LicensesByStatus,
    as_of,
  }),
  { id: 'LicenseCount', description: 'The number of licenses of a brand, or of one of its products' },
);
export type LicenseCount = z.infer<typeof LicenseCount>;

const CountLicensesInput = z.strictObject({
  product: describe(z.optional(slugOrId), 'Only licenses for this product, by its slug or id'),
});
export type CountLicensesInput = z.infer<typeof CountLicensesInput>;

export const countLicenses = {
  ...shared,
  operation: 'count_licenses',
  path: '/api/v1/brand/licenses/count',
  summary: 'Count licenses',
  description:
    'Counts licenses by their status. The numbers are kept up to date from the events of the brand, so they follow ' +
    'a change within seconds; `as_of` is the newest change in them.',
  input: CountLicensesInput,
  example: {},
  success: [{ status: 200, description: 'The numbers', body: LicenseCount, example: example.licenseCount }],
  refusals: ['product_not_found'],
} as const satisfies Route;

const AnalyticsPoint = describe(
  z.object({
    at: describe(describe(z.string(), 'The first day of the period'), { format: 'date' }),
    value: describe(z.nullable(z.int()), 'Null where this stage keeps no such number for a brand'),
  }),
  { id: 'AnalyticsPoint', description: 'The value of a metric in one period' },
);

const Analytics = describe(
  z.object({
    metric: describe(z.string(), 'The metric that was asked for'),
    granularity: describe(z.enum(GRANULARITIES), 'The length of the periods'),
    series: describe(z.array(AnalyticsPoint), 'One point for each period, oldest first'),
    as_of,
  }),
  { id: 'Analytics', description: 'A metric of a brand over time' },
);
export type Analytics = z.infer<typeof Analytics>;

const ONE_OF = `must be one of ${METRICS.join(', ')}, checks, refusals.CODE`;

const AnalyticsInput = z
  .strictObject({
    metric: describe(z.string().check(z.refine(isMetric, ONE_OF)), {
      description:
        '`active_licenses`, `active_sites`, `seats_used`: at the end of each period. `expiring`: licenses that ' +
        'expire then. `webhooks_failing`: endpoints that fail now, today alone. The others count what happened; ' +
        '`webhooks_failed`: disabled endpoints',
    }),
    from: describe(z.optional(instant), 'The first day. The default is 29 days before `to`'),
    to: describe(z.optional(instant), 'The last day. The default is today, and for `expiring` the 90th day from now'),
    granularity: describe(z._default(z.enum(GRANULARITIES), 'day'), 'The periods. Weeks begin on Monday'),
  })
  .check(
    z.refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
      message: 'must not be before from',
      path: ['to'],
    }),
    z.refine(
      ({ from, to }) => from === undefined || to === undefined || parseMs(to) - parseMs(from) < ANALYTICS_DAYS * DAY_MS,
      { message: `must be less than ${String(ANALYTICS_DAYS)} days after from`, path: ['to'] },
    ),
  );
export type AnalyticsInput = z.infer<typeof AnalyticsInput>;

export const getAnalytics = {
  ...shared,
  operation: 'get_analytics',
  path: '/api/v1/brand/analytics',
  summary: 'Retrieve analytics',
  description:
    'Shows one metric of the brand by day, week or month, in UTC. Imported licenses count as active, not as ' +
    'provisioned. A webhook endpoint fails while its last ten attempts failed, or while it asked to wait; it is ' +
    'disabled when it fails for five days.',
  input: AnalyticsInput,
  example: { metric: 'renewed', from: '2026-11-21T23:59:59Z', to: '2026-11-23T23:59:59Z' },
  success: [{ status: 200, description: 'The metric over time', body: Analytics, example: example.analytics }],
  refusals: [],
} as const satisfies Route;

export const analyticsRoutes: readonly Route[] = [countLicenses, getAnalytics];
