import { Aws, CfnOutput, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { files as fileTable } from '../lib/buckets.ts';
import type { Stage } from './stages.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** An undo reads the file of an import a second time, for 30 days. */
const KEPT_DAYS = 31;

/** The private bucket of files that come in and go out by signed URLs. A whole file is announced to a queue. */
export class FileBucket extends Construct {
  private readonly bucket: Bucket;
  /** Other stacks read the address of the bucket here. */
  private readonly arn: CfnOutput;

  constructor(scope: Construct, id: string, { stage, announcesTo }: { stage: Stage; announcesTo: Queue }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      lifecycleRules: [{ expiration: Duration.days(KEPT_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    this.arn = new CfnOutput(this, 'Arn', { value: this.bucket.bucketArn, description: 'The bucket of files' });
    this.announceTo(announcesTo);
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Each use of a file is an import or an export with a job of its own; an access log would repeat its URL.',
    });
  }

  /** The ready-made notification would need a function of its own, whose role may change every bucket. */
  private announceTo(queue: Queue): void {
    const account = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    queue.grantSendMessages(new ServicePrincipal('s3.amazonaws.com', { conditions: account }));
    const bucket = this.bucket.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = {
      queueConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          queue: queue.queueArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: 'imports/' }] } },
        },
      ],
    };
    // The bucket is refused while the queue does not take its messages.
    this.bucket.node.addDependency(queue);
  }

  /** Lets a function read and write files, and tells it the name of the bucket. */
  letUse(of: LambdaFunction): void {
    of.addEnvironment(fileTable.variables.bucket, this.bucket.bucketName);
    const arn = this.arnFor(of);
    of.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [`${arn}/*`] }));
    const reason = 'A file has the name of its import, so a policy can only name all files of the bucket.';
    if (of.role !== undefined) acknowledgeWildcards(of.role, arn, ['/*'], reason);
  }

  private arnFor(reader: LambdaFunction): string {
    const { stackName, region } = Stack.of(this);
    if (Stack.of(reader) === Stack.of(this)) return this.bucket.bucketArn;
    return Fn.getStackOutput(stackName, this.arn.logicalId, region);
  }
}
