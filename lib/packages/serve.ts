import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Runtime } from '../context.ts';
import { handleMessages, openJob } from '../job.ts';
import { readBucketConfig } from '../process/config.ts';
import { errorText } from '../process/error-text.ts';
import { makeOnce } from '../process/make-once.ts';
import { openHandlingOnce } from '../relay/consume-once.ts';
import { openBucket, type StoredObject } from './bucket.ts';
import { checkUpload, type UploadContext } from './check-upload.ts';

/** The used part of storage's event about a new object. */
const Arrived = z.object({
  detail: z.object({
    object: z.object({ key: z.string(), size: z.int(), 'version-id': z.optional(z.string()) }),
  }),
});

type Invocation = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;
export type UploadHandler = (event: SQSEvent, invocation: Invocation) => Promise<SQSBatchResponse>;

/**
 * Checks packages that have arrived. Storage tells of each at least once, and each version of an object is checked
 * once. A message whose check failed for a passing reason comes again.
 */
export function serveUploads(openRuntime: () => Runtime): UploadHandler {
  const open = makeOnce(() => ({ runtime: openRuntime(), bucket: openBucket(readBucketConfig()) }));
  const handleOnce = openHandlingOnce<{ ctx: UploadContext; object: StoredObject }>(
    'inspect-package',
    ({ ctx, object }) => checkUpload(ctx, object),
  );
  return async (event, invocation) => {
    const { runtime, bucket } = open();
    const ctx = { ...openJob(runtime, invocation), bucket };
    const work = async (body: string): Promise<void> => {
      const object = readObject(body);
      if (object === undefined) return;
      await handleOnce(`${object.key}?${object.version ?? ''}`, { ctx, object }, invocation as Context);
    };
    return handleMessages(
      event,
      ({ body }) => work(body),
      (error) =>
        ctx.logger.error({
          event: 'package.check_failed',
          message: 'a package could not be checked; its message is handed out again',
          error: errorText(error),
        }),
    ).finally(runtime.metrics.flush);
  };
}

function readObject(body: string): StoredObject | undefined {
  const read = Arrived.safeParse(parse(body));
  if (!read.success) return undefined;
  const { key, size, 'version-id': version } = read.data.detail.object;
  return { key, size, version };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
