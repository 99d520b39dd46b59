import { describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { stageNames } from '../../infra/stages.ts';
import { EVENT_SOURCE } from '../../lib/domain/event-source.ts';
import { ATTEMPT_TIMEOUT_MS } from '../../lib/webhooks/attempt.ts';
import { functionNamed, synthesize, type Resource, type Synthesized } from './synthesize.ts';
import { DAY_S } from '../../lib/domain/time.ts';

const QUEUES = [
  ['WebhookEvents', 100],
  ['WebhookFirst', 20],
  ['WebhookRetries', 20],
] as const;

/** A queue by its construct; `WebhookEventsDead` is a different one than `WebhookEvents`. */
function queueNamed({ ofType }: Synthesized, name: string): Resource {
  const found = ofType('AWS::SQS::Queue').filter(({ logicalId }) =>
    new RegExp(`^Queues${name}[0-9A-F]{8}$`).test(logicalId),
  );
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} queues are named ${name}`);
  return found[0];
}

describe.each(stageNames)('the webhooks of stage %s', (stageName) => {
  const synthesized = synthesize(stageName);
  const template = Template.fromJSON(synthesized.template);
  const queue = (name: string) => queueNamed(synthesized, name);
  const arnOf = (name: string) => ({ 'Fn::GetAtt': [queue(name).logicalId, 'Arn'] });
  const mappingOf = (functionName: string, queueName: string) =>
    synthesized
      .ofType('AWS::Lambda::EventSourceMapping')
      .find(
        ({ Properties }) =>
          JSON.stringify(Properties['EventSourceArn']) === JSON.stringify(arnOf(queueName)) &&
          JSON.stringify(Properties['FunctionName']) ===
            JSON.stringify({ Ref: functionNamed(synthesized, functionName).logicalId }),
      )?.Properties;

  test('get all events of the service except replayed ones in their event queue', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: [EVENT_SOURCE], detail: { replayed_at: [{ exists: false }] } },
      Targets: [
        Match.objectLike({ Arn: arnOf('WebhookEvents'), DeadLetterConfig: { Arn: arnOf('WebhookEventsDead') } }),
      ],
    });
  });

  test.each(QUEUES)(
    'move a failed message of %s to its dead-letter queue after %i attempts, and keep it for 14 days',
    (name, tries) => {
      const redrive = { deadLetterTargetArn: arnOf(`${name}Dead`), maxReceiveCount: tries };
      const kept = { MessageRetentionPeriod: 14 * DAY_S, SqsManagedSseEnabled: true };
      expect(queue(name).Properties).toMatchObject({ ...kept, RedrivePolicy: redrive });
      expect(queue(`${name}Dead`).Properties).toMatchObject(kept);
      expect(queue(`${name}Dead`).Properties).not.toHaveProperty('RedrivePolicy');
    },
  );

  test('keep first attempts in order within each lane, and limit the throughput of each lane separately', () => {
    const fifo = { FifoQueue: true, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
    expect(queue('WebhookFirst').Properties).toMatchObject(fifo);
    expect(queue('WebhookFirst').Properties).not.toHaveProperty('ContentBasedDeduplication');
    expect(queue('WebhookFirstDead').Properties['FifoQueue']).toBe(true);
  });

  test.each([
    ['fan-out-event', 'WebhookEvents', 10],
    ['deliver-webhook', 'WebhookFirst', 1],
    ['deliver-webhook', 'WebhookRetries', 10],
  ] as const)(
    'let %s consume %s in batches of %i, with partial failures and limited concurrency',
    (name, from, batch) => {
      const { ScalingConfig, ...mapping } = z
        .looseObject({ ScalingConfig: z.object({ MaximumConcurrency: z.number() }) })
        .parse(mappingOf(name, from));
      expect(mapping).toMatchObject({ BatchSize: batch, FunctionResponseTypes: ['ReportBatchItemFailures'] });
      expect(ScalingConfig.MaximumConcurrency).toBeLessThanOrEqual(150);
    },
  );

  test('hide a message for longer than its function may run, and let a function run longer than its receiver', () => {
    const timeoutOf = (name: string) => Number(functionNamed(synthesized, name).Properties['Timeout']);
    const visibilityOf = (name: string) => Number(queue(name).Properties['VisibilityTimeout']);
    expect(visibilityOf('WebhookEvents')).toBeGreaterThan(timeoutOf('fan-out-event'));
    for (const name of ['WebhookFirst', 'WebhookRetries'])
      expect(visibilityOf(name)).toBeGreaterThan(timeoutOf('deliver-webhook'));
    expect(timeoutOf('deliver-webhook') * 1000).toBeGreaterThan(2 * ATTEMPT_TIMEOUT_MS);
  });

  test('give both delivery queues to every function that sends messages', () => {
    for (const name of ['fan-out-event', 'deliver-webhook', 'sweep-webhooks', 'webhook-endpoints']) {
      expect(functionNamed(synthesized, name).Properties['Environment']).toMatchObject({
        Variables: {
          WEBHOOK_FIRST_QUEUE_URL: { Ref: queue('WebhookFirst').logicalId },
          WEBHOOK_RETRY_QUEUE_URL: { Ref: queue('WebhookRetries').logicalId },
        },
      });
    }
  });
});
