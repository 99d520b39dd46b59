import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { stageNames } from '../../infra/stages.ts';
import { functionNamed, synthesize } from './synthesize.ts';

const dev = synthesize('dev');
const tableId = dev.ofType('AWS::DynamoDB::GlobalTable')[0]?.logicalId ?? '';
const busId = dev.ofType('AWS::Events::EventBus')[0]?.logicalId ?? '';
const relay = functionNamed(dev, 'relay-journal');
const queueId =
  dev.ofType('AWS::SQS::Queue').find(({ logicalId }) => logicalId.startsWith('QueuesRelayDead'))?.logicalId ?? '';

test('the relay gets the table, the bus and its dead-letter queue from its environment', () => {
  expect(relay.Properties['Environment']).toMatchObject({
    Variables: { TABLE_NAME: { Ref: tableId }, EVENT_BUS_NAME: { Ref: busId }, ASIDE_QUEUE_URL: { Ref: queueId } },
  });
});

describe.each(stageNames)('the event relay of stage %s', (stageName) => {
  const synthesized = synthesize(stageName);
  const template = Template.fromJSON(synthesized.template);
  const mappings = synthesized.ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
  const mapping = mappings.find(
    ({ FunctionName }) =>
      z.object({ Ref: z.string() }).parse(FunctionName).Ref === functionNamed(synthesized, 'relay-journal').logicalId,
  );

  test('is called only for new journal entries', () => {
    const { Filters } = z
      .object({ Filters: z.array(z.object({ Pattern: z.string() })) })
      .parse(mapping?.['FilterCriteria']);
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown)).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'journal#' }] } } } },
    ]);
  });

  test('gets one batch per shard at a time, from the oldest record on, with retries until the batch is done', () => {
    expect(mapping).toMatchObject({
      BatchSize: 100,
      StartingPosition: 'TRIM_HORIZON',
      ParallelizationFactor: 1,
      MaximumRetryAttempts: -1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(mapping).not.toHaveProperty('MaximumRecordAgeInSeconds');
    expect(mapping?.['DestinationConfig']).toEqual({ OnFailure: { Destination: { 'Fn::GetAtt': [queueId, 'Arn'] } } });
  });

  test('has a dead-letter queue that is encrypted, keeps messages for 14 days and requires TLS', () => {
    const queue = synthesized.ofType('AWS::SQS::Queue').find(({ logicalId }) => logicalId === queueId);
    expect(queue?.Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: queueId }],
      PolicyDocument: {
        Statement: [{ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      },
    });
  });
});
