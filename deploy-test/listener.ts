import assert from 'node:assert/strict';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Client } from './emulator.ts';
import { until } from './wait.ts';

const Event = z.object({
  source: z.literal('license-service'),
  'detail-type': z.string(),
  detail: z.looseObject({
    id: z.string(),
    type: z.string(),
    seq: z.number(),
    entity: z.object({ type: z.string(), id: z.string() }),
  }),
});
export type Event = z.infer<typeof Event>['detail'];

/** A consumer of the bus like another team's: a rule and a queue. Keeps every event, also as the text received. */
export type Listener = {
  heard: readonly Event[];
  texts: readonly string[];
  /** Waits for an event that fits; `what` names it in the error if it does not arrive. */
  hear: (what: string, withinMs: number, fits: (event: Event) => boolean) => Promise<Event>;
  /** The events of one entity, each once, in the order of arrival. */
  of: (entityId: string) => Event[];
  remove: () => Promise<void>;
};

const NAME = 'test-deploy-listener';
const WAIT_S = 1;

export async function listen(client: Client, busName: string): Promise<Listener> {
  const [events, queues] = [new EventBridgeClient(client), new SQSClient(client)];
  const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: NAME }));
  const { Attributes } = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const rule = { Name: NAME, EventBusName: busName };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: ['license-service'] }) }));
  const { FailedEntryCount } = await events.send(
    new PutTargetsCommand({
      Rule: NAME,
      EventBusName: busName,
      Targets: [{ Id: 'queue', Arn: Attributes?.QueueArn ?? '' }],
    }),
  );
  assert.equal(FailedEntryCount, 0, 'the bus takes no rule of another team');
  const heard: Event[] = [];
  const texts: string[] = [];
  const receive = async (): Promise<void> => {
    const { Messages = [] } = await queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: WAIT_S }),
    );
    for (const { Body = '' } of Messages) {
      texts.push(Body);
      heard.push(Event.parse(JSON.parse(Body)).detail);
    }
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length > 0) await queues.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  };
  return {
    heard,
    texts,
    hear: (what, withinMs, fits) =>
      until(`${what}, through stream, relay, bus and queue`, withinMs, async () => {
        const event = heard.find(fits);
        if (event === undefined) await receive();
        return event ?? heard.find(fits);
      }),
    of: (entityId) => {
      const ids = new Set<string>();
      return heard.filter(({ id, entity }) => entity.id === entityId && !ids.has(id) && ids.add(id).size > 0);
    },
    async remove() {
      await events.send(new RemoveTargetsCommand({ Rule: NAME, EventBusName: busName, Ids: ['queue'] }));
      await events.send(new DeleteRuleCommand(rule));
      await queues.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}
