/** The unit of a figure, and its dimension. Each value of `by` is a metric of its own, so there must be few. */
export type Figure = { unit: 'Count' | 'Seconds' | 'Percent'; by?: string };

/**
 * Every figure that the service measures, on one line each. CloudWatch, the dashboard and `/__local/metrics` use this
 * list, with the texts of `figure-texts.ts`. It omits what a gateway, function, queue or the table counts itself, and
 * the check has none (docs/decisions/0076-custom-metrics.md).
 */
export const figures = {
  refusals: { unit: 'Count', by: 'code' },
  activations: { unit: 'Count' },
  seat_saturation_percent: { unit: 'Percent' },
  idempotent_replays: { unit: 'Count' },
  contention_retries: { unit: 'Count' },
  data_key_faults: { unit: 'Count', by: 'reason' },
  signing_keys_left_seconds: { unit: 'Seconds' },
  relay_events: { unit: 'Count' },
  relay_lag_seconds: { unit: 'Seconds' },
  relay_waiting: { unit: 'Count' },
  relay_set_aside: { unit: 'Count' },
  sweep_announced: { unit: 'Count' },
  sweep_left: { unit: 'Count' },
  sweep_unfinished: { unit: 'Count' },
  sweep_lag_seconds: { unit: 'Seconds' },
  archive_left: { unit: 'Count' },
  audit_violations: { unit: 'Count' },
  webhook_attempts: { unit: 'Count', by: 'outcome' },
  webhook_lag_seconds: { unit: 'Seconds' },
  webhook_oldest_waiting_seconds: { unit: 'Seconds' },
  webhook_put_off: { unit: 'Count' },
  webhook_held_in_table: { unit: 'Count' },
  webhook_held_seconds: { unit: 'Seconds' },
  webhook_exhausted: { unit: 'Count' },
  webhook_endpoints_disabled: { unit: 'Count', by: 'reason' },
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
