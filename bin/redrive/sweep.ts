import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { countDown, now } from '../../lib/process/clock.ts';
import { sweepDue, type Swept } from '../../lib/commands/sweep-due.ts';
import { readConfig, readMissedCallsConfig } from '../../lib/process/config.ts';
import { noMetrics } from '../../lib/process/figures.ts';
import { openJob } from '../../lib/job.ts';
import { deadLetters } from '../../lib/dead-letters.ts';
import { openQueueClient } from '../../lib/process/queue-client.ts';
import { randomUuid } from '../../lib/process/random.ts';
import type { Environment } from '../environment.ts';
import type { Redrive } from './redrive.ts';
import { openWire } from './wire.ts';

/** The longest run of the sweep from a terminal. Kept messages return to the queue after that. */
const PATIENCE_S = deadLetters.sweep.visibilityS;

/**
 * The messages themselves have no content, as each run catches up on missed ones: they are deleted once a run has
 * finished everything due.
 */
export function openSweepRedrive(environment: Environment): Redrive {
  const { region, queueUrl } = readMissedCallsConfig(environment);
  if (queueUrl === undefined)
    throw new Error('The local service has no queue for the sweep. POST /__local/tick runs the sweep at once.');
  return buildSweepRedrive({
    client: openQueueClient({ region, endpoint: undefined }),
    QueueUrl: queueUrl,
    sweep: () => sweepAt(environment),
  });
}

type Parts = { client: SQSClient; QueueUrl: string; sweep: () => Promise<Pick<Swept, 'finished' | 'left'>> };

export function buildSweepRedrive({ client, QueueUrl, sweep }: Parts): Redrive {
  return {
    async count() {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
    async *run({ dryRun }) {
      const messages = await takeAll(client, QueueUrl);
      if (messages.length === 0) return;
      const swept = dryRun ? undefined : await sweep();
      const problem =
        swept?.finished === false
          ? `: the sweep did not finish${swept.left > 0 ? `; licenses still due: ${swept.left}` : ''}`
          : '';
      for (const message of messages) {
        if (swept?.finished === true)
          await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
        const outcome = dryRun ? 'would be swept' : problem === '' ? 'swept' : 'kept';
        yield { line: `${outcome}  ${whyOf(message)}${problem}`, kept: problem !== '' };
      }
    },
  };
}

async function takeAll(client: SQSClient, QueueUrl: string): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: PATIENCE_S,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    if (Messages.length === 0) return all;
    all.push(...Messages);
  }
}

/** The time and reason of the scheduler's failure, from the message's attributes. */
function whyOf({ Attributes, MessageAttributes }: Message): string {
  const sent = Number(Attributes?.SentTimestamp ?? Number.NaN);
  const reasons = ['ERROR_CODE', 'ERROR_MESSAGE'].flatMap((name) => MessageAttributes?.[name]?.StringValue ?? []);
  return [
    Number.isNaN(sent) ? 'time unknown' : new Date(sent).toISOString(),
    reasons.length === 0 ? 'no error given' : reasons.join(': '),
  ].join('  ');
}

function sweepAt(environment: Environment): Promise<Swept> {
  const { stage, tableName } = readConfig(environment);
  const logger = { info: console.log, error: console.error };
  const runtime = {
    stage,
    tableName,
    wire: openWire(environment),
    logger,
    metrics: noMetrics,
    now,
    vault: () => Promise.reject(new Error('the sweep encrypts nothing')),
  };
  const getRemainingTimeInMillis = countDown(PATIENCE_S * 1_000);
  return sweepDue(openJob(runtime, { awsRequestId: randomUuid(), getRemainingTimeInMillis }));
}
