import { addSums, type CallField, type Sums } from '../domain/counts.ts';
import { required } from '../domain/invariant.ts';
import { dayAfter, DAY_S, parseMs, SECOND_MS } from '../domain/time.ts';
import { openAwsJson } from './aws-json.ts';
import { readBrandCallsConfig, readCredentials, type BrandCallsConfig } from './config.ts';
import { brandCalls } from './figures.ts';
import { Unavailable } from './outage.ts';

export type AskedCalls = { brands: readonly string[]; fields: readonly CallField[]; from: string; to: string };

/** The calls of some brands, together, on each day between two, both included. A day without any may be missing. */
export type BrandCalls = (asked: AskedCalls, signal: AbortSignal) => Promise<Map<string, Sums>>;

const CLOUDWATCH = { name: 'monitoring', target: 'GraniteServiceVersion20100801', jsonVersion: '1.0' } as const;
/** The metrics that one request may ask for. */
const AT_ONCE = 500;

/** Undefined in a stage that does not keep calls by brand (`figures.byBrand`). */
export function findBrandCalls(): BrandCalls | undefined {
  const config = readBrandCallsConfig();
  return config && openBrandCalls(config);
}

type Answer = {
  MetricDataResults: { Id: string; Timestamps: number[]; Values: number[] }[];
  NextToken?: string | null;
};

/** Reads what the metric filters of infra/brand-calls.ts count. */
function openBrandCalls({ region, namespace, endpoint }: BrandCallsConfig): BrandCalls {
  const call = openAwsJson(CLOUDWATCH, { region, endpoint, credentials: readCredentials, keepsConnections: false });
  const send = async (input: object, signal: AbortSignal): Promise<Answer> => {
    try {
      return (await call('GetMetricData', input, signal)) as Answer;
    } catch (cause) {
      throw new Unavailable('the figures of calls by brand cannot be read', { cause });
    }
  };
  return async ({ brands, fields, from, to }, signal) => {
    const days = new Map<string, Sums>();
    const metrics = brands.flatMap((brand) => fields.map((field) => ({ brand, field })));
    for (let first = 0; first < metrics.length; first += AT_ONCE) {
      const some = metrics.slice(first, first + AT_ONCE);
      const input = {
        MetricDataQueries: some.map(({ brand, field }, i) => queryFor(`m${String(i)}`, namespace, brand, field)),
        StartTime: secondsOf(from),
        EndTime: secondsOf(dayAfter(to, 1)),
      };
      let NextToken: string | null | undefined;
      do {
        const answer: Answer = await send({ ...input, ...(NextToken ? { NextToken } : {}) }, signal);
        for (const result of answer.MetricDataResults) addResult(days, fieldIn(some, result.Id), result);
        ({ NextToken } = answer);
      } while (NextToken);
    }
    return days;
  };
}

const secondsOf = (day: string): number => parseMs(`${day}T00:00:00Z`) / SECOND_MS;

function queryFor(Id: string, Namespace: string, brand: string, field: CallField): object {
  const dimension = (Name: string, Value: string) => ({ Name, Value });
  const code = field.slice('refusals.'.length);
  const [MetricName, Dimensions] =
    field === 'checks'
      ? [brandCalls.checks, [dimension('brand', brand)]]
      : [brandCalls.refusals, [dimension('brand', brand), dimension('code', code)]];
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: DAY_S, Stat: 'Sum' } };
}

const fieldIn = (asked: readonly { field: CallField }[], id: string): CallField =>
  required(asked[Number(id.slice(1))], 'CloudWatch answers what it was asked').field;

function addResult(
  days: Map<string, Sums>,
  field: CallField,
  { Timestamps, Values }: Answer['MetricDataResults'][number],
): void {
  for (const [i, value] of Values.entries()) {
    const seconds = required(Timestamps[i], 'CloudWatch gives each value a time');
    const day = new Date(seconds * SECOND_MS).toISOString().slice(0, 10);
    const sums = days.get(day) ?? {};
    addSums(sums, { [field]: value });
    days.set(day, sums);
  }
}
