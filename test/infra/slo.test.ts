import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { BUDGET_DAYS, burnWindows, objectives } from '../../infra/slo.ts';
import { DAY_S, HOUR_S } from '../../lib/domain/time.ts';
import { functionNamed, synthesize } from './synthesize.ts';

const dev = synthesize('dev');
const page = readFileSync('docs/slo.md', 'utf8');

type Metric = { Id: string; Expression?: string; MetricStat?: { Stat: string; Period: number; Metric: object } };
function metricsOf(name: string): Metric[] {
  const alarm = dev
    .ofType('AWS::CloudWatch::Alarm')
    .find(({ Properties }) => Properties['AlarmName'] === `license-service-dev-${name}`);
  if (alarm === undefined) throw new Error(`there is no alarm ${name}`);
  return alarm.Properties['Metrics'] as Metric[];
}

/** The value of an alarm's expression for counted calls. */
function evaluate(name: string, values: Readonly<Record<string, number>>): number {
  const expression = metricsOf(name).find(({ Expression }) => Expression !== undefined)?.Expression ?? '';
  const script = expression.replace(/^IF\((.+), (.+), (.+)\)$/, '($1) ? ($2) : ($3)');
  return runInNewContext(script, { ...values }) as number;
}

describe('the objectives', () => {
  test.each(Object.entries(objectives))('promise %s on their page', (name, { promises, percent }) => {
    const share = Number((100 - percent).toFixed(6));
    expect(page).toContain(`| \`${name}\` | ${promises} | ${share} % |`);
  });

  test.each(Object.entries(burnWindows))('explain on their page when the %s alarm rings', (speed, { rate, hours }) => {
    expect(page).toContain(
      `\`slo-…-${speed}\` | the mean burn rate of ${hours === 1 ? 'one hour' : 'six hours'} is ${rate}`,
    );
    const used = (100 * rate * hours * HOUR_S) / (BUDGET_DAYS * DAY_S);
    expect(page).toMatch(new RegExp(`${rate} or more \\| ${used} %`));
  });
});

describe('the burn rate of availability', () => {
  test('is 1 when exactly the budget of failures is used, and 14.4 at 1.44 % of the calls', () => {
    expect(evaluate('slo-availability-fast', { calls: 100_000, failed: 100 })).toBeCloseTo(1);
    expect(evaluate('slo-availability-fast', { calls: 100_000, failed: 1_440 })).toBeCloseTo(14.4);
  });

  test('is 0 for few failures, whatever their share', () => {
    expect(evaluate('slo-availability-slow', { calls: 9, failed: 9 })).toBe(0);
  });

  test.each(Object.entries(burnWindows))('is measured over the whole window of the %s alarm', (speed, { hours }) => {
    const stats = metricsOf(`slo-availability-${speed}`).flatMap(({ MetricStat }) => MetricStat ?? []);
    expect(stats.map(({ Period }) => Period)).toEqual([hours * HOUR_S, hours * HOUR_S]);
  });
});

describe('the burn rate of a latency', () => {
  test.each([
    ['check', 'check-license', 'PR(:300)'],
    ['activate', 'activate-license', 'PR(:1000)'],
  ])('of %s is the share of calls of its function that took longer than promised', (name, served, stat) => {
    const metrics = metricsOf(`slo-${name}-latency-fast`);
    expect(metrics.map(({ MetricStat }) => MetricStat?.Stat)).toContain(stat);
    expect(JSON.stringify(metrics)).toContain(`{"Ref":"${functionNamed(dev, served).logicalId}"}`);
    expect(evaluate(`slo-${name}-latency-fast`, { calls: 1_000, intime: 99 })).toBeCloseTo(1);
  });
});

test('the dashboard shows what 30 days have left of each budget', () => {
  const body = JSON.stringify(dev.ofType('AWS::CloudWatch::Dashboard')[0]?.Properties['DashboardBody']);
  for (const name of Object.keys(objectives)) expect(body).toContain(`Error budget left of 30 days, %: ${name}`);
  expect(body).toContain('2592000');
});
