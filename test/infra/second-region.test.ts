import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { keptOutput, stackOutputs } from '../../lib/stacks.ts';
import { checkedStages } from '../../infra/stages.ts';
import { optionalStack, partOf, synthesize } from './synthesize.ts';
import { KEPT_OF_FIRST, SECOND, SECOND_STREAM, stageOf } from './tested-stages.ts';

const made = synthesize('prod with a second region');
const { stage } = made;
const [secondStack, healthStack] = [optionalStack(made, 'second'), optionalStack(made, 'health')];
const [data, service, second] = [partOf(made, 'data'), partOf(made, 'service'), secondStack].map(({ whole }) =>
  Template.fromJSON(whole),
);

/** The actions on buckets that a stack allows its functions. */
function storageActions(template: Template | undefined): string[] {
  const policies = JSON.stringify(template?.findResources('AWS::IAM::Policy'));
  return [...new Set([...policies.matchAll(/"(s3:\w+)"/g)].map(([, action = '']) => action))].sort();
}

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

  test('reads copies of archived histories, from which what is erased in the first region goes as well', () => {
    const copies = 'cls-prod-histories-123456789012-eu-west-1';
    data?.hasResourceProperties('AWS::S3::Bucket', {
      ReplicationConfiguration: {
        Rules: [
          Match.objectLike({
            DeleteMarkerReplication: { Status: 'Enabled' },
            Destination: { Bucket: `arn:aws:s3:::${copies}` },
            Status: 'Enabled',
          }),
        ],
      },
    });
    second?.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: copies,
      VersioningConfiguration: { Status: 'Enabled' },
      ReplicationConfiguration: Match.absent(),
    });
    for (const name of ['licenses', 'events', 'customers'])
      second?.hasResourceProperties('AWS::Lambda::Function', {
        Description: Match.stringLikeRegexp(`: ${name}$`),
        Environment: { Variables: Match.objectLike({ HISTORY_IS_COPY: 'true', HISTORY_BUCKET: Match.anyValue() }) },
      });
    expect(storageActions(second)).toEqual(['s3:GetObject', 's3:ListBucket']);
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

  test('is watched: how late its writes are, who calls it, and whether Route 53 has left the first region', () => {
    const [watch, health] = [partOf(made, 'watch'), healthStack].map(({ whole }) => Template.fromJSON(whole));
    watch?.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ReplicationLatency',
      Namespace: 'AWS/DynamoDB',
      Dimensions: Match.arrayWith([{ Name: 'ReceivingRegion', Value: 'eu-west-1' }]),
      Threshold: 60_000,
    });
    // Route 53 reports its health checks in one region alone.
    expect(healthStack.region).toBe('us-east-1');
    health?.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'HealthCheckStatus',
      Namespace: 'AWS/Route53',
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      AlarmActions: [Match.anyValue(), 'arn:aws:sns:us-east-1:123456789012:pager'],
    });
    const outputs = Object.keys(service?.findOutputs('HealthCheckId') ?? {});
    expect(outputs).toEqual(['HealthCheckId']);
    const alarms = Object.values(second?.findResources('AWS::CloudWatch::Alarm') ?? {}).map(
      ({ Properties }) => Properties as { AlarmName: string; AlarmActions: unknown[]; AlarmDescription: string },
    );
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual([
      'license-service-prod-second-region-serves',
      'license-service-prod-second-region-fails',
    ]);
    for (const { AlarmActions } of alarms) expect(AlarmActions).toHaveLength(1);
  });

  test('has a page in the runbook for each of its alarms', () => {
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    const texts = [partOf(made, 'watch'), healthStack, secondStack].map(({ whole }) => JSON.stringify(whole));
    const names = [
      ['replication-late', 'The second region falls behind'],
      ['first-region-not-ready', 'The first region is not ready'],
      ['second-region-serves', 'The second region answers'],
      ['second-region-fails', 'The second region fails'],
    ] as const;
    for (const [name, title] of names) {
      expect(texts.join('')).toContain(`#${title.toLowerCase().replaceAll(' ', '-')}`);
      const [, section = ''] = runbook.split(`## ${title}\n`);
      const [page] = section.split('\n## ');
      for (const part of [`\`${name}\``, 'What it means', 'Where to look', 'What to do', 'It is over when'])
        expect(page).toContain(part);
    }
  });

  test('passes cdk-nag with the rest of the stage', () => {
    expect(made.nag).toEqual({ success: true, violations: [] });
  });
});

describe('a second region after a failover', () => {
  const kept = Object.entries(second?.findOutputs('*') ?? {}).filter(([name]) => name.startsWith('First'));
  const written = synthesize('prod that writes in the second region');
  const there = Template.fromJSON(optionalStack(written, 'second').whole);

  test('writes, by the grants that the functions have in the first region', () => {
    const functions = Object.values(there.findResources('AWS::Lambda::Function'));
    for (const { Properties } of functions) expect(JSON.stringify(Properties)).not.toContain('READ_REGION');
    expect(JSON.stringify(there.findResources('AWS::IAM::Policy'))).toContain('dynamodb:UpdateItem');
    const keys = Object.values(there.findResources('AWS::ApiGatewayV2::Route')).map(
      ({ Properties }) => (Properties as { RouteKey: string }).RouteKey,
    );
    expect(keys).toEqual(
      expect.arrayContaining(['POST /api/v1/product/licenses/activate', 'POST /api/v1/brand/licenses/provision']),
    );
    expect(keys.filter((key) => /imports|downloads|webhook-endpoints/.test(key))).toEqual([]);
  });

  test('needs nothing of the first region, which may be away when it is deployed', () => {
    expect(kept.map(([name]) => name).sort()).toEqual(KEPT_OF_FIRST.map((name) => `First${name}`).sort());
    expect(JSON.stringify(second?.toJSON())).toContain('Fn::GetStackOutput');
    expect(JSON.stringify(there.toJSON())).not.toContain('Fn::GetStackOutput');
  });

  test('removes no archived history, and gives the erasure of customers none to write back', () => {
    expect(storageActions(there)).toEqual(['s3:GetObject', 's3:ListBucket']);
    there.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp(': customers$'),
      Environment: { Variables: { HISTORY_BUCKET: Match.absent() } },
    });
  });

  test('announces what it writes, from the stream of its own replica', () => {
    there.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: SECOND_STREAM });
    there.resourceCountIs('AWS::Events::EventBus', 1);
    const described = JSON.stringify(there.findResources('AWS::Lambda::Function'));
    for (const job of ['relay-journal', 'fan-out-event', 'deliver-webhook', 'count-events', 'sweep-due'])
      expect(described).toContain(`License service, prod: ${job}`);
    expect(described).not.toContain('License service, prod: run-import');
  });

  test('has each value that an audit and a replay look up there, because the first region may be away', () => {
    const outputs = Object.keys(there.findOutputs('*'));
    const { tableName, dataKeySecret, historyBucket, busName, asideQueueUrl } = stackOutputs;
    const keeps = [tableName, dataKeySecret].map(({ output }) => keptOutput(output));
    expect(outputs).toEqual(expect.arrayContaining(keeps));
    expect(outputs).toEqual(
      expect.arrayContaining([historyBucket, busName, asideQueueUrl].map(({ output }) => output)),
    );
  });

  test('passes cdk-nag with the rest of the stage', () => {
    expect(written.nag).toEqual({ success: true, violations: [] });
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
