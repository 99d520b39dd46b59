import { describe, expect, test } from '@jest/globals';
import { canary } from '../../lib/stacks.ts';
import { grantsIn, statementsOfFunction } from './policies.ts';
import { functionNamed, synthesize, textOf } from './synthesize.ts';

const dev = synthesize('dev');
const { logicalId, Properties } = functionNamed(dev, 'canary');

describe('the canary', () => {
  test('runs every five minutes, and repeats no run', () => {
    const rules = dev.ofType('AWS::Events::Rule').filter((rule) => 'ScheduleExpression' in rule.Properties);
    expect(rules).toHaveLength(1);
    expect(rules[0]?.Properties).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [logicalId, 'Arn'] }, RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
    const invoked = dev
      .ofType('AWS::Lambda::EventInvokeConfig')
      .find((config) => textOf(config.Properties['FunctionName']) === `\${${logicalId}}`);
    expect(invoked?.Properties).toMatchObject({ MaximumRetryAttempts: 0 });
  });

  test('may read its own secret, write its log and traces, and nothing else', () => {
    const [secret] = dev
      .ofType('AWS::SecretsManager::Secret')
      .filter((found) => found.Properties['Name'] === canary.secretName('dev'));
    const grants = grantsIn(statementsOfFunction(dev, 'canary')).filter((grant) => !/^(?:xray|logs):/.test(grant));
    expect(grants).toEqual([`secretsmanager:GetSecretValue on \${${secret?.logicalId ?? ''}.Id}`]);
  });

  test('calls the service by the address that others use', () => {
    const { Variables } = Properties['Environment'] as { Variables: Record<string, unknown> };
    expect(Variables['BASE_URL']).toEqual(dev.outputs['ApiUrl']?.Value);
  });

  test('has an alarm on failures that rings when it does not run, too', () => {
    const alarm = dev
      .ofType('AWS::CloudWatch::Alarm')
      .find((found) => found.Properties['AlarmName'] === 'license-service-dev-canary-fails');
    expect(alarm?.Properties).toMatchObject({
      MetricName: 'Errors',
      Period: 300,
      Threshold: 1,
      DatapointsToAlarm: 2,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: logicalId } }],
    });
  });

  test('is left out where the deploy is proven on an emulator', () => {
    expect(() => functionNamed(synthesize('e2e'), 'canary')).toThrow('0 functions are named canary');
  });
});
