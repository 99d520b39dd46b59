import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  ObjectLockRetention,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { DefinitionBody, LogLevel, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DAY_MS } from '../lib/domain/time.ts';
import type { JournalExportSettings } from './recovery-settings.ts';
import type { Stage } from './stages.ts';
import type { UsedTable } from './table.ts';

const DAYS_A_YEAR = 366;
const COLD_AFTER_DAYS = 90;

export type JournalArchiveProps = { stage: Stage; table: UsedTable } & JournalExportSettings;

const LOCKS = {
  governance: (kept) => ObjectLockRetention.governance(kept),
  compliance: (kept) => ObjectLockRetention.compliance(kept),
} as const satisfies Record<JournalExportSettings['mode'], (kept: Duration) => ObjectLockRetention>;

/**
 * Exports each day's changes of the table, the journal among them, into a bucket whose objects are locked: in
 * governance mode a privileged role may delete one before its time, in compliance mode nobody. DynamoDB reads the
 * changes from its own recovery log, so the table is not asked.
 */
export class JournalArchive extends Construct {
  constructor(scope: Construct, id: string, { stage, table, years, mode }: JournalArchiveProps) {
    super(scope, id);
    const machine = this.addMachine(stage, table, this.addBucket(years, mode));
    new Schedule(this, 'Daily', {
      description: `License service, ${stage.name}: exports the changes of the day before`,
      schedule: ScheduleExpression.cron({ minute: '30', hour: '0' }),
      target: new StepFunctionsStartExecution(machine, { retryAttempts: 20, maxEventAge: Duration.hours(12) }),
    });
  }

  private addBucket(years: number, mode: JournalExportSettings['mode']): Bucket {
    const kept = Duration.days(years * DAYS_A_YEAR);
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      objectLockDefaultRetention: LOCKS[mode](kept),
      lifecycleRules: [
        {
          transitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(COLD_AFTER_DAYS) },
          ],
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          expiration: kept.plus(Duration.days(1)),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only DynamoDB writes here, once a day, and nobody can change an object.',
    });
    return bucket;
  }

  private addMachine(stage: Stage, { tableArn }: UsedTable, bucket: Bucket): StateMachine {
    const logs = { retention: stage.logRetentionDays, removalPolicy: RemovalPolicy.DESTROY };
    const machine = new StateMachine(this, 'Export', {
      comment: `License service, ${stage.name}: exports the changes of the day before`,
      definitionBody: DefinitionBody.fromString(JSON.stringify(defineExport(tableArn, bucket.bucketName))),
      queryLanguage: QueryLanguage.JSONATA,
      tracingEnabled: true,
      logs: { destination: new LogGroup(this, 'Logs', logs), level: LogLevel.ALL },
    });
    for (const [actions, resource] of [
      [['dynamodb:ExportTableToPointInTime'], tableArn],
      [['s3:PutObject', 's3:AbortMultipartUpload'], bucket.arnForObjects('changes/*')],
    ] as const)
      machine.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
    const { defaultChild } = bucket.node;
    if (!(defaultChild instanceof CfnBucket)) throw new Error('the bucket is no CloudFormation resource');
    const arn = `<${Stack.of(this).getLogicalId(defaultChild)}.Arn>`;
    for (const resource of ['*', `${arn}/changes/*`])
      Validations.of(machine).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${resource}]`,
        reason: 'Delivery of logs and traces knows no resource, and DynamoDB names the objects of an export itself.',
      });
    return machine;
  }
}

/** The day before begins and ends at midnight UTC, whenever the machine runs: each change is exported once. */
function defineExport(tableArn: string, bucketName: string): object {
  const day = `$fromMillis($toMillis($states.context.Execution.StartTime), '[Y0001]-[M01]-[D01]')`;
  const midnight = `$toMillis(${day} & 'T00:00:00Z')`;
  const dayBefore = `${midnight} - ${DAY_MS}`;
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Export',
    States: {
      Export: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:dynamodb:exportTableToPointInTime',
        Arguments: {
          TableArn: tableArn,
          S3Bucket: bucketName,
          S3Prefix: `{% 'changes/' & $fromMillis(${dayBefore}, '[Y0001]/[M01]/[D01]') %}`,
          ExportFormat: 'DYNAMODB_JSON',
          ExportType: 'INCREMENTAL_EXPORT',
          IncrementalExportSpecification: {
            ExportFromTime: `{% $fromMillis(${dayBefore}) %}`,
            ExportToTime: `{% $fromMillis(${midnight}) %}`,
            ExportViewType: 'NEW_AND_OLD_IMAGES',
          },
        },
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 300, MaxAttempts: 5, BackoffRate: 2 }],
        End: true,
      },
    },
  };
}
