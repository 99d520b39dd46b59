import { openJob, type Invocation } from '../../../lib/job.ts';
import { checkUpload } from '../../../lib/packages/check-upload.ts';
import { openRuntime } from '../../../lib/runtime.ts';
import { openBucket } from './bucket.ts';

type Arrival = { detail: { object: { key: string; size: number } } };

/**
 * The function that checks packages, without the record of what it has handled: that is kept by a package of others
 * with requests of its own. So each message is handled as often as it comes.
 */
export async function handler({ Records }: { Records: { body: string }[] }, invocation: Invocation): Promise<object> {
  const ctx = { ...openJob(openRuntime(), invocation), bucket: openBucket() };
  for (const { body } of Records) {
    const { object } = (JSON.parse(body) as Arrival).detail;
    await checkUpload(ctx, { ...object, version: undefined });
  }
  return { batchItemFailures: [] };
}
