import { SQSClient } from '@aws-sdk/client-sqs';
import { clientOptions, QUEUE_PATIENCE, withoutLogger } from './aws-client.ts';

/** A client of the region's queues, or of the queues at `endpoint` on one machine. */
export function openQueueClient(address: { region: string; endpoint: string | undefined }): SQSClient {
  return withoutLogger(new SQSClient(clientOptions(address, QUEUE_PATIENCE)));
}
