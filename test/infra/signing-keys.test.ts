import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { stageNames } from '../../infra/stages.ts';
import { functionNamed, synthesize } from './synthesize.ts';

const KEY = 'AWS::KMS::Key';
const POLICY = 'AWS::IAM::Policy';

describe.each(stageNames)('the keys of proofs of stage %s', (name) => {
  const { ofType } = synthesize(name);

  test('are two Ed25519 roots that only sign, multi-Region from the first deploy on', () => {
    const roots = ofType(KEY).filter(({ Properties }) => Properties['KeySpec'] === 'ECC_NIST_EDWARDS25519');
    expect(roots.map(({ Properties }) => [Properties['KeyUsage'], Properties['MultiRegion']])).toEqual([
      ['SIGN_VERIFY', true],
      ['SIGN_VERIFY', true],
    ]);
  });

  test('are used by the daily job alone: nothing else may sign by a root or write the secret', () => {
    const policies = ofType(POLICY).map(({ logicalId, Properties }) => ({
      logicalId,
      text: JSON.stringify(Properties),
    }));
    for (const action of ['kms:Sign', 'secretsmanager:PutSecretValue'])
      expect(policies.filter(({ text }) => text.includes(`"${action}"`)).map(({ logicalId }) => logicalId)).toEqual([
        expect.stringMatching(/^RenewSigningKeys/),
      ]);
  });
});

describe('in stage dev', () => {
  const dev = synthesize('dev');

  test('a root signs the text itself, by one algorithm', () => {
    expect(JSON.stringify(dev.ofType(POLICY).map(({ Properties }) => Properties))).toContain(
      '"Condition":{"StringEquals":{"kms:MessageType":"RAW","kms:SigningAlgorithm":"ED25519_SHA_512"}}',
    );
  });

  test('only functions that prove or sign may read the signing keys, and know the service’s address', () => {
    const environmentOf = (name: string): string => JSON.stringify(functionNamed(dev, name).Properties['Environment']);
    for (const name of [
      'check-license',
      'activate-license',
      'move-license',
      'latest-release',
      'updates',
      'edd',
      'composer',
    ]) {
      expect(environmentOf(name)).toContain('"SIGNING_KEYS_SECRET_ARN"');
      expect(environmentOf(name)).toContain('"BASE_URL"');
    }
    for (const name of ['deactivate-license', 'key-set', 'licenses', 'downloads', 'releases'])
      expect(environmentOf(name)).not.toContain('SIGNING_KEYS_SECRET_ARN');
  });

  test('the job runs each day, and may wait six hours', () => {
    expect(dev.ofType('AWS::Scheduler::Schedule').map(({ Properties }) => Properties['ScheduleExpression'])).toContain(
      'rate(1 day)',
    );
    Template.fromJSON(dev.template).hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: functionNamed(dev, 'renew-signing-keys').logicalId },
      MaximumEventAgeInSeconds: 21_600,
    });
  });

  test('an alarm rings when the last published key ends within 14 days, or nothing says so for two days', () => {
    const alarms = dev.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    expect(alarms.find(({ AlarmName }) => String(AlarmName).endsWith('-signing-keys-end'))).toMatchObject({
      MetricName: 'signing_keys_left_seconds',
      Threshold: 14 * 86_400,
      Period: 86_400,
      EvaluationPeriods: 2,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      AlarmDescription: expect.stringContaining('#signing-keys-run-out'),
    });
  });
});
