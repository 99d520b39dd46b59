import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { historyBucket } from '../lib/buckets.ts';
import type { Stage } from './stages.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/**
 * What was removed stays for as long as the table can be restored to a moment before, whose entries lead to it
 * (docs/archive.md), and not longer: it may be an erased customer's.
 */
const REMOVED_DAYS = 35;

/** The private bucket of archived histories. Only the service reads and writes it. */
export class HistoryBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(REMOVED_DAYS), expiredObjectDeleteMarker: true }],
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only functions of the service read and write here, and each of their calls has a log line of its own.',
    });
  }
}

const READS = ['s3:GetObject'] as const;

/** The rights of each function that reads histories, erases them or archives them. */
const ACCESS: Readonly<Record<string, readonly string[]>> = {
  licenses: READS,
  events: READS,
  customers: [...READS, 's3:DeleteObject'],
  console: [...READS, 's3:DeleteObject'],
  'archive-licenses': [...READS, 's3:PutObject', 's3:DeleteObject'],
  'run-import': READS,
  'fan-out-event': READS,
  'count-events': READS,
  'deliver-webhook': READS,
  'sweep-webhooks': READS,
  'audit-segment': READS,
};

/** Gives a function the name of the bucket and its access; nothing to a function that reads no history. */
export function letUseHistories(to: { name: string; function: LambdaFunction }, bucket: Bucket): void {
  const actions = ACCESS[to.name];
  if (actions === undefined) return;
  const stack = Stack.of(bucket);
  const arn = Stack.of(to.function) === stack ? bucket.bucketArn : stack.exportValue(bucket.bucketArn);
  to.function.addEnvironment(historyBucket.variables.bucket, bucket.bucketName);
  to.function.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [`${arn}/*`] }));
  // Without it, storage does not say that an object is missing: it forbids to read it.
  to.function.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [arn] }));
  const reason = 'An object is named after a license, so a policy can only name all objects of the bucket.';
  if (to.function.role !== undefined) acknowledgeWildcards(to.function.role, arn, ['/*'], reason);
}
