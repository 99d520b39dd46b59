import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership, type ReplicationRule } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { historyBucket } from '../lib/buckets.ts';
import type { Stage } from './stages.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/**
 * What was removed stays for as long as the table can be restored to a moment before, whose entries lead to it
 * (docs/archive.md), and not longer: it may be an erased customer's.
 */
const REMOVED_DAYS = 35;

/** The bucket with the copies in a second region. Both regions know its name before it is made. */
export const nameCopies = ({ name, account = '' }: Stage, region: string): string =>
  `cls-${name}-histories-${account}-${region}`;

/** The private bucket of archived histories. Only the service reads and writes it. */
export class HistoryBucket extends Construct {
  readonly bucket: Bucket;

  /** @param bucketName given to the copy in a second region */
  constructor(scope: Construct, id: string, { stage, bucketName }: { stage: Stage; bucketName?: string }) {
    super(scope, id);
    const copies = this.findCopies(stage);
    this.bucket = new Bucket(this, 'Bucket', {
      ...(bucketName === undefined ? {} : { bucketName }),
      ...(copies === undefined ? {} : { replicationRules: [copies] }),
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
    if (copies !== undefined) this.acknowledgeCopies(copies);
  }

  /** Removals are copied too, as they are erasures of customers. */
  private findCopies(stage: Stage): ReplicationRule | undefined {
    const { secondRegion } = stage;
    if (secondRegion?.historiesCopied !== true) return undefined;
    const destination = Bucket.fromBucketName(this, 'Copies', nameCopies(stage, secondRegion.region));
    return { destination, deleteMarkerReplication: true };
  }

  private acknowledgeCopies({ destination }: ReplicationRule): void {
    const reason = 'Storage copies every object of the bucket.';
    acknowledgeWildcards(this.bucket, this.bucket.bucketArn, ['/*'], reason);
    Validations.of(this.bucket).acknowledge({ id: `AwsSolutions-IAM5[Resource::${destination.bucketArn}/*]`, reason });
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

type Reader = { name: string; function: LambdaFunction };

/** Gives a function the name of the bucket and its access; nothing to a function that reads no history. */
export function letUseHistories(to: Reader, bucket: Bucket): void {
  const actions = ACCESS[to.name];
  if (actions !== undefined) letUse(to, bucket, actions);
}

/** Lets a function of a second region read the copies. What it removed there would stay in the first region. */
export function letReadCopies(to: Reader, bucket: Bucket): void {
  if (ACCESS[to.name] === undefined) return;
  letUse(to, bucket, READS);
  to.function.addEnvironment(historyBucket.variables.isCopy, 'true');
}

function letUse(to: Reader, bucket: Bucket, actions: readonly string[]): void {
  const stack = Stack.of(bucket);
  const arn = Stack.of(to.function) === stack ? bucket.bucketArn : stack.exportValue(bucket.bucketArn);
  to.function.addEnvironment(historyBucket.variables.bucket, bucket.bucketName);
  to.function.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [`${arn}/*`] }));
  // Without it, storage does not say that an object is missing: it forbids to read it.
  to.function.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [arn] }));
  const reason = 'An object is named after a license, so a policy can only name all objects of the bucket.';
  if (to.function.role !== undefined) acknowledgeWildcards(to.function.role, arn, ['/*'], reason);
}
