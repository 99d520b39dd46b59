import { SQSClient } from '@aws-sdk/client-sqs';

/** A client of the region's queues, or of those at `endpoint` on one machine. */
export function openQueueClient({ region, endpoint }: { region: string; endpoint: string | undefined }): SQSClient {
  return new SQSClient({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    ...(endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
}
