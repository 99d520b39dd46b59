import { SQSClient, type SendMessageBatchResult } from '@aws-sdk/client-sqs';
import { clientOptions, QUEUE_PATIENCE, withoutLogger } from './aws-client.ts';

/** A client of the region's queues, or of the queues at `endpoint` on one machine. */
export function openQueueClient(address: { region: string; endpoint: string | undefined }): SQSClient {
  return withoutLogger(new SQSClient(clientOptions(address, QUEUE_PATIENCE)));
}

/** SQS answers that a batch was sent, and names the messages in it that it did not take. */
export function assertTaken({ Failed = [] }: Partial<Pick<SendMessageBatchResult, 'Failed'>>, sent: number): void {
  const [failed] = Failed;
  if (failed === undefined) return;
  const reason = `${String(failed.Code)} ${String(failed.Message)}`;
  throw new Error(`the queue did not take ${Failed.length} of ${sent} messages: ${reason}`);
}
