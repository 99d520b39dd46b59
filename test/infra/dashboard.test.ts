import { describe, expect, test } from '@jest/globals';
import { figures } from '../../lib/process/figures.ts';
import { synthesize } from './synthesize.ts';

const dev = synthesize('dev');
const prod = synthesize('prod');

describe('calls by brand', () => {
  const filtersIn = (stage: typeof dev): Record<string, unknown>[] =>
    stage
      .ofType('AWS::Logs::MetricFilter')
      .map(({ Properties }) => Properties)
      .filter((of) => JSON.stringify(of).includes('/Brands'));

  test('are counted from log lines, by brands that a license key has shown to exist', () => {
    const filters = filtersIn(prod);
    const ofName = (name: string) =>
      filters.filter(({ MetricTransformations }) => JSON.stringify(MetricTransformations).includes(`"${name}"`));
    expect([ofName('refusals').length, ofName('checks').length]).toEqual([8, 3]);
    for (const { FilterPattern } of filters) {
      expect(String(FilterPattern)).toMatch(/^\{ \(\$\.event = "call\.answered"\) && \(\$\.brand = "\*"\) && /);
      expect(String(FilterPattern)).not.toMatch(/rate_limited|license_key_not_found|unavailable|bad_request/);
      expect(String(FilterPattern).length).toBeLessThan(1024);
    }
    expect(ofName('checks')[0]?.['MetricTransformations']).toMatchObject([
      { Dimensions: [{ Key: 'brand', Value: '$.brand' }], MetricNamespace: 'LicenseService/prod/Brands' },
    ]);
    // Both functions that clients of Easy Digital Downloads reach, whose other actions are no checks.
    const checks = ofName('checks').map(({ FilterPattern }) => String(FilterPattern));
    expect(checks.filter((pattern) => pattern.endsWith('&& ($.action = "check_license") }'))).toHaveLength(2);
  });

  test('are read by the analytics of the API and of the console alone, where a stage keeps them', () => {
    const readers = (stage: typeof dev): unknown[] =>
      stage
        .ofType('AWS::Lambda::Function')
        .filter(({ Properties }) => JSON.stringify(Properties).includes('BRAND_CALLS_NAMESPACE'))
        .map(({ Properties }) => Properties['Description']);
    expect(readers(prod).sort()).toEqual(['License service, prod: analytics', 'License service, prod: console']);
    expect([readers(dev), filtersIn(dev)]).toEqual([[], []]);
  });
});

describe('the dashboard', () => {
  const body = JSON.stringify(dev.ofType('AWS::CloudWatch::Dashboard')[0]?.Properties['DashboardBody']);

  test('shows every figure, function, dead-letter queue and alarm', () => {
    for (const name of Object.keys(figures)) expect(body).toContain(name);
    const queues = dev.ofType('AWS::SQS::Queue').filter(({ Properties }) => !('RedrivePolicy' in Properties));
    for (const { logicalId } of [
      ...dev.ofType('AWS::Lambda::Function'),
      ...dev.ofType('AWS::CloudWatch::Alarm'),
      ...queues,
    ]) {
      expect(body).toContain(`"${logicalId}"`);
    }
  });

  test('counts the verdicts of license checks from their log lines, by code, status and brand', () => {
    expect(body).toContain('stats count(*) as checks by code, status');
    expect(body).toContain('stats count(*) as checks by brand, code');
  });
});
