import { readBucketConfig } from '../process/config.ts';
import { makeOnce } from '../process/make-once.ts';
import { openBucket, type Bucket } from './bucket.ts';

/** The container's bucket. It is opened at the first request that needs it. */
const bucketOfContainer = makeOnce(() => openBucket(readBucketConfig()));

/** Gives a verb the container's bucket. */
export function bindBucket<C, I, A>(verb: (ctx: C & { bucket: Bucket }, input: I) => A): (ctx: C, input: I) => A {
  return (ctx, input) => verb({ ...ctx, bucket: bucketOfContainer() }, input);
}
