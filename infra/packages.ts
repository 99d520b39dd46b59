import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { bucket as bucketTable } from '../lib/buckets.ts';
import type { Stage } from './stages.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** A draft that is not published within this time needs another upload. */
const DRAFTS_DAYS = 7;
const OLD_VERSIONS_DAYS = 30;

/** The bucket of packages: nobody reads or writes it but by addresses that the service signs. */
export class PackageBucket extends Construct {
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
      lifecycleRules: [
        { id: 'drafts', prefix: bucketTable.drafts, expiration: Duration.days(DRAFTS_DAYS) },
        {
          id: 'old-versions',
          noncurrentVersionExpiration: Duration.days(OLD_VERSIONS_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    const { defaultChild } = this.bucket.node;
    if (!(defaultChild instanceof CfnBucket)) throw new Error('the bucket is no CloudFormation resource');
    // The construct's own option would add a function that calls storage when the stack is deployed.
    defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Each address is signed by a function whose log has the call. An access log would only repeat it.',
    });
  }
}

type Access = { on: string; actions: readonly string[] };

/** For signed addresses of uploads, and for a look at what has arrived. */
const DRAFTS: readonly Access[] = [{ on: bucketTable.drafts, actions: ['s3:PutObject', 's3:GetObject'] }];

/** The rights of each function to the objects of the bucket, by the beginning of their keys. */
const ACCESS: Readonly<Record<string, readonly Access[]>> = {
  releases: DRAFTS,
  console: DRAFTS,
  'inspect-package': [
    {
      on: bucketTable.drafts,
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:DeleteObject', 's3:DeleteObjectVersion'],
    },
    { on: bucketTable.packages, actions: ['s3:PutObject'] },
  ],
  downloads: [{ on: bucketTable.packages, actions: ['s3:GetObject'] }],
};

/** Without these, storage does not say that an object or a version is missing: it forbids to read it. */
const SEES_MISSING: Readonly<Record<string, readonly string[]>> = {
  releases: ['s3:ListBucket'],
  console: ['s3:ListBucket'],
  'inspect-package': ['s3:ListBucket', 's3:ListBucketVersions'],
};

/** Gives a function the name of the bucket and its access; nothing to a function that has none. */
export function letUseBucket(to: { name: string; function: LambdaFunction }, bucket: Bucket): void {
  const access = ACCESS[to.name];
  if (access === undefined) return;
  const arn = arnFor(to.function, bucket);
  to.function.addEnvironment(bucketTable.variables.name, bucket.bucketName);
  for (const { on, actions } of access)
    to.function.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [`${arn}/${on}*`] }));
  const seesMissing = SEES_MISSING[to.name] ?? [];
  if (seesMissing.length > 0)
    to.function.addToRolePolicy(new PolicyStatement({ actions: [...seesMissing], resources: [arn] }));
  const { role } = to.function;
  if (role === undefined) return;
  const endings = access.map(({ on }) => `/${on}*`);
  const reason = 'Each upload and package is an object of its own, below one of two beginnings of keys.';
  acknowledgeWildcards(role, arn, endings, reason);
}

/** The ARN of the bucket as the stack of a function reads it. */
function arnFor(reader: LambdaFunction, bucket: Bucket): string {
  const stack = Stack.of(bucket);
  return Stack.of(reader) === stack ? bucket.bucketArn : stack.exportValue(bucket.bucketArn);
}
