import { describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { checkedStages } from '../../infra/stages.ts';
import { optionalStack, partOf, synthesize } from './synthesize.ts';
import { SECOND, stageOf } from './tested-stages.ts';

const made = synthesize('prod with a second region');
const { stage } = made;
const secondStack = optionalStack(made, 'second');
const [data, service, second] = [partOf(made, 'data'), partOf(made, 'service'), secondStack].map(({ whole }) =>
  Template.fromJSON(whole),
);

describe('a second region', () => {
  test('has an eventually consistent replica, and copies of both secrets under copies of their keys', () => {
    const [table] = Object.values(data?.findResources('AWS::DynamoDB::GlobalTable') ?? {});
    const { Replicas, MultiRegionConsistency } = table?.['Properties'] as Record<string, { Region: string }[]>;
    expect(Replicas?.map(({ Region }) => Region).sort()).toEqual(['eu-central-1', 'eu-west-1']);
    expect(MultiRegionConsistency ?? 'EVENTUAL').toBe('EVENTUAL');
    const secrets = Object.values(data?.findResources('AWS::SecretsManager::Secret') ?? {});
    for (const { Properties } of secrets)
      expect(Properties).toMatchObject({ ReplicaRegions: [{ Region: 'eu-west-1', KmsKeyId: expect.anything() }] });
    second?.resourceCountIs('AWS::KMS::ReplicaKey', 2);
  });

  test('is in its region, and has no jobs: no event source, schedule, bus or queue', () => {
    expect(secondStack.region).toBe('eu-west-1');
    const types = Object.values((second?.toJSON() as { Resources: Record<string, { Type: string }> }).Resources).map(
      ({ Type }) => Type,
    );
    expect(types.filter((type) => /EventSourceMapping|Scheduler|Events|SQS|Cognito/.test(type))).toEqual([]);
  });

  test('may only read the table, in every function', () => {
    const policies = JSON.stringify(second?.findResources('AWS::IAM::Policy'));
    const asked = new Set([...policies.matchAll(/"(dynamodb:\w+)"/g)].map(([, action]) => action));
    asked.delete('dynamodb:LeadingKeys');
    expect([...asked].sort()).toEqual(['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query']);
    const functions = Object.values(second?.findResources('AWS::Lambda::Function') ?? {});
    expect(functions.length).toBeGreaterThan(10);
    for (const { Properties } of functions)
      expect(Properties).toMatchObject({ Environment: { Variables: { READ_REGION: 'true' } } });
  });

  test('serves checks, and no route that writes', () => {
    const keys = Object.values(second?.findResources('AWS::ApiGatewayV2::Route') ?? {}).map(
      ({ Properties }) => (Properties as { RouteKey: string }).RouteKey,
    );
    expect(keys).toEqual(expect.arrayContaining(['ANY /api/v1/product/licenses/check', '$default']));
    expect(keys.filter((key) => /provision|activate|rotate|transfer|downloads/.test(key))).toEqual([]);
  });

  test('takes over by Route 53 when the first region is not ready under a name of its own', () => {
    service?.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: {
        FullyQualifiedDomainName: 'first.licenses.example.com',
        ResourcePath: '/ready',
        Type: 'HTTPS',
      },
    });
    const record = { Name: 'licenses.example.com', Type: 'A' };
    service?.hasResourceProperties('AWS::Route53::RecordSet', {
      ...record,
      Failover: 'PRIMARY',
      HealthCheckId: Match.anyValue(),
    });
    second?.hasResourceProperties('AWS::Route53::RecordSet', { ...record, Failover: 'SECONDARY' });
  });

  test('passes cdk-nag with the rest of the stage', () => {
    expect(made.nag).toEqual({ success: true, violations: [] });
  });
});

test.each<[string, Record<string, unknown>]>([
  ['secondRegion', { secondRegion: SECOND }],
  ['secondRegion', { ...stage, name: undefined, secondRegion: { ...SECOND, region: 'eu-central-1' } }],
  ['secondRegion.hostedZoneId', { secondRegion: { ...SECOND, hostedZoneId: 'example.com' } }],
])('a faulty setting is named: %s', (path, change) => {
  const { name: _, ...dev } = stageOf('dev');
  const { name: _name, ...changed } = { ...dev, ...change } as Record<string, unknown>;
  expect(() => checkedStages({ prod: changed })).toThrow(`prod.${path}: `);
});
