import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, EventType } from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { files } from '../lib/jobs.ts';
import type { Stage } from './stages.ts';

/** An undo reads the file of an import once more, for 30 days. */
const KEPT_DAYS = 31;

/** The private bucket of files that come in and go out by signed URLs. A whole file is announced to a queue. */
export class FileBucket extends Construct {
  private readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage, announcesTo }: { stage: Stage; announcesTo: Queue }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      lifecycleRules: [{ expiration: Duration.days(KEPT_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    this.bucket.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(announcesTo), { prefix: 'imports/' });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Each use of a file is an import or an export with a job of its own; an access log would repeat its URL.',
    });
  }

  /** Lets a function read and write files, and tells it the name of the bucket. */
  letUse(of: LambdaFunction): void {
    of.addEnvironment(files.variables.bucket, this.bucket.bucketName);
    this.bucket.grantRead(of, 'imports/*');
    this.bucket.grantPut(of, 'imports/*');
    if (of.role) {
      Validations.of(of.role).acknowledge({
        id: `AwsSolutions-IAM5[Action::s3:GetObject*]`,
        reason: 'The versions and tags of its own files.',
      });
    }
  }
}
