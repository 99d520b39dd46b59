import { expect, jest, test } from '@jest/globals';
import { openLocalMetrics } from '../../local/local-metrics.ts';
import { figures, type FigureName } from '../../lib/process/figures.ts';
import { figureTexts } from '../../lib/process/figure-texts.ts';
import { useLocalStart } from '../support/service/started-locally.ts';

jest.setTimeout(60_000);

const local = useLocalStart();

const post = async (
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> => {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  return (await (await fetch(`${local.baseUrl}${path}`, init)).json()) as Record<string, unknown>;
};

/** Every sample by its name and labels, as Prometheus reads it. */
async function scrape(): Promise<Map<string, number>> {
  const response = await fetch(`${local.baseUrl}/__local/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const samples = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const at = line.lastIndexOf(' ');
      expect(line).toMatch(/^[a-z_]+(?:\{[^}]+\})? [\d.e+-]+$/);
      return [line.slice(0, at), Number(line.slice(at + 1))] as const;
    }),
  );
}

test('the local metrics count activations, refusals, verdicts, events, sweeps, calls by route and brand', async () => {
  const [brand] = local.credentials.brands;
  const sale = { customer_email: 'figures@example.com', products: ['wp-rocket'], max_seats: 1 };
  const apiKey = { 'x-api-key': brand?.api_key ?? '' };
  const sold = await post('/api/v1/brand/licenses/provision', sale, apiKey);
  const site = {
    license_key: (sold['license_key'] as { key: string }).key,
    product: 'wp-rocket',
    instance_identifier: 'https://one.example.com',
  };
  const product = '/api/v1/product/licenses';
  await post(`${product}/activate`, site);
  await post(`${product}/activate`, { ...site, instance_identifier: 'https://two.example.com' });
  await post(`${product}/check`, site);
  await post(`${product}/check`, { ...site, instance_identifier: 'https://two.example.com' });
  await post(`${product}/check`, { ...site, license_key: 'none' });
  await post('/__local/tick', {});

  const samples = await scrape();
  const announced = (name: string): number | undefined => samples.get(`license_service_${name}`);
  expect(announced('activations_total')).toBe(1);
  expect(announced('refusals_total{code="seat_limit_reached"}')).toBe(1);
  expect(announced('seat_saturation_percent_bucket{le="100"}')).toBe(1);
  expect(announced('seat_saturation_percent_bucket{le="99"}')).toBe(0);
  for (const code of ['valid', 'not_activated', 'license_key_not_found'])
    expect(announced(`check_verdicts_total{code="${code}"}`)).toBe(1);
  expect(announced('refusals_total{code="license_key_not_found"}')).toBeUndefined();
  expect(announced('request_duration_seconds_count{route="POST /api/v1/product/licenses/activate",status="422"}')).toBe(
    1,
  );
  expect(announced('relay_events_total')).toBeGreaterThan(5);
  expect(announced('relay_lag_seconds_count')).toBeGreaterThan(0);
  expect(announced('sweep_lag_seconds_count')).toBeGreaterThan(0);
  expect(announced('sweep_unfinished_total')).toBe(0);
  for (const [metric, value] of [
    ['checks', 2],
    ['refusals.seat_limit_reached', 1],
    ['refusals.license_expired', 0],
    ['refusals.rate_limited', null],
  ] as const) {
    const answer = await fetch(`${local.baseUrl}/api/v1/brand/analytics?metric=${metric}`, { headers: apiKey });
    const { series } = (await answer.json()) as { series: { value: number | null }[] };
    // Midnight may have come since the calls, so the last two days count.
    const counted = series.slice(-2).map((day) => day.value);
    const total = counted.includes(null) ? null : counted.reduce((sum, count) => Number(sum) + Number(count), 0);
    expect([metric, total]).toEqual([metric, value]);
  }
  expect(local.output()).not.toContain('call.answered');
  expect(local.output()).not.toContain('_aws');
  expect(local.output()).not.toContain('figures@example.com');
});

test('the local metrics contain every figure of the service, with its description', async () => {
  const text = await openLocalMetrics().text(false);
  for (const [name, help] of Object.entries(figureTexts)) {
    const { unit } = figures[name as FigureName];
    expect(text).toContain(`# HELP license_service_${name}${unit === 'Count' ? '_total' : ''} ${help}\n`);
  }
});
