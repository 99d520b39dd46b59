/** The unit of a figure, and its dimension. Each value of `by` is a metric of its own, so there must be few. */
export type Figure = { unit: 'Count' | 'Seconds' | 'Percent'; about: string; by?: string };

/**
 * Every figure that the service measures, on one line each. CloudWatch, the dashboard and `/__local/metrics` use this
 * list. It omits what a gateway, function, queue or the table counts itself, and the check has none
 * (docs/decisions/0076-custom-metrics.md).
 */
export const figures = {
  refusals: { unit: 'Count', by: 'code', about: 'Calls that were refused, checks apart' },
  activations: { unit: 'Count', about: 'Instances that became active' },
  seat_saturation_percent: {
    unit: 'Percent',
    about: 'How full the license was after an activation; above 100 with overage',
  },
  idempotent_replays: {
    unit: 'Count',
    about: 'Calls that got the answer of an earlier one under their idempotency key',
  },
  contention_retries: {
    unit: 'Count',
    about: 'Further tries at something that others were changing, or had just changed',
  },
  data_key_faults: {
    unit: 'Count',
    by: 'reason',
    about: 'Times that a container could not use the data key: away, unreadable, or not the one of this table',
  },
  signing_keys_left_seconds: {
    unit: 'Seconds',
    about: 'Time until the last published signing key ends',
  },
  relay_events: { unit: 'Count', about: 'Events put on the bus' },
  relay_lag_seconds: { unit: 'Seconds', about: 'Age of the oldest event of a batch when it was on the bus' },
  relay_waiting: { unit: 'Count', about: 'Events of a batch that the bus did not take in time; they come again' },
  relay_set_aside: { unit: 'Count', about: 'Events that can never go, put into the dead-letter queue' },
  sweep_announced: { unit: 'Count', about: 'Licenses whose expiry or coming expiry was announced' },
  sweep_left: { unit: 'Count', about: 'Due licenses that a run could not write or make sense of' },
  sweep_unfinished: { unit: 'Count', about: 'Runs that left something due behind' },
  sweep_lag_seconds: { unit: 'Seconds', about: 'How late a run was for the license that had been due longest' },
  archive_left: { unit: 'Count', about: 'Histories of cancelled licenses that a run could not archive' },
  audit_violations: { unit: 'Count', about: 'Broken promises that the nightly audit found in a segment of the table' },
  webhook_attempts: { unit: 'Count', by: 'outcome', about: 'Requests to receivers' },
  webhook_lag_seconds: { unit: 'Seconds', about: 'Age of an event when a receiver took it at the first attempt' },
  webhook_oldest_waiting_seconds: {
    unit: 'Seconds',
    about: 'Age of the oldest event whose message came up in a sweep and waits on',
  },
  webhook_put_off: { unit: 'Count', about: 'Messages held back because their endpoint is stopped or down' },
  webhook_held_in_table: {
    unit: 'Count',
    about: 'Messages that wait in the table because the queue has the most that their endpoint may have',
  },
  webhook_held_seconds: {
    unit: 'Seconds',
    about: 'Age of the oldest event when what waited in the table for its endpoint was queued',
  },
  webhook_exhausted: { unit: 'Count', about: 'Messages that were tried to the end of the schedule' },
  webhook_endpoints_disabled: { unit: 'Count', by: 'reason', about: 'Endpoints that the service stopped sending to' },
} as const satisfies Record<string, Figure>;

/** Their CloudWatch namespace, and the dimension that separates stages. */
export const NAMESPACE = 'LicenseService';
export const buildDimension = (stage: string): { service: string } => ({ service: `license-service-${stage}` });

/** The metrics of calls by brand, and the variables of the functions that read them (infra/brand-calls.ts). */
export const brandCalls = {
  variables: { namespace: 'BRAND_CALLS_NAMESPACE', endpoint: 'BRAND_CALLS_ENDPOINT' },
  namespace: (stage: string): string => `${NAMESPACE}/${stage}/Brands`,
  checks: 'checks',
  refusals: 'refusals',
} as const;

export type FigureName = keyof typeof figures;

/** Adds a value to a figure, one by default. `by` is for figures that have one. */
export type Measure = (figure: FigureName, value?: number, by?: string) => void;

/** Measures for a container. `flush` sends the measurements since the last flush, at the end of each call. */
export type Metrics = { measure: Measure; flush: () => void };

let instead: Measure | undefined;

/** Receives the figures instead of CloudWatch on one machine. */
export function tellInstead(listener: Measure | undefined): void {
  instead = listener;
}

/** Metrics that a container has instead of CloudWatch's: those of one machine, and none if its logger is silent. */
export function openOtherMetrics(isSilent: boolean): Metrics | undefined {
  if (instead !== undefined) return { measure: instead, flush: () => undefined };
  return isSilent ? noMetrics : undefined;
}

/** The figures of the check. */
export const noMetrics: Metrics = { measure: () => undefined, flush: () => undefined };
