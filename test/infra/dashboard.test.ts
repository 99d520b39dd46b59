import { describe, expect, test } from '@jest/globals';
import { figures } from '../../lib/process/figures.ts';
import { synthesize } from './synthesize.ts';

const dev = synthesize('dev');

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
