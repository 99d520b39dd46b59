import { TimeZone } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { HOUR_S } from '../lib/domain/time.ts';
import { nightlyAudit, queues as queueTable } from '../lib/jobs.ts';
import { openScheduleRole, type JobFunction } from './job-function.ts';
import type { JobQueues } from './job-queues.ts';
import type { Stage } from './stages.ts';

type NightlyAuditProps = { stage: Stage; queues: JobQueues; audits: JobFunction };

/** Begins the audit of each night, in a stage that asks for it: one message, from which the function goes on. */
export class NightlyAudit extends Construct {
  constructor(scope: Construct, id: string, { stage, queues, audits }: NightlyAuditProps) {
    super(scope, id);
    audits.function.addEnvironment(nightlyAudit.segmentsVariable, String(stage.audit.segments));
    if (!stage.audit.nightly) return;
    const { queue: name, hour, minute, does, tries } = nightlyAudit;
    const queue = queues.queues[name];
    const missed = queues.deadLetters[queueTable[name].deadLetters];
    const role = openScheduleRole(this);
    const resources = [queue.queueArn, missed.queueArn];
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources }));
    new Schedule(this, 'Schedule', {
      description: `License service, ${stage.name}: ${does}`,
      schedule: ScheduleExpression.cron({ hour: String(hour), minute: String(minute), timeZone: TimeZone.ETC_UTC }),
      target: {
        bind: () => ({
          arn: queue.queueArn,
          role,
          input: ScheduleTargetInput.fromObject({ night: ContextAttribute.scheduledTime }),
          retryPolicy: { maximumRetryAttempts: tries - 1, maximumEventAgeInSeconds: HOUR_S },
          deadLetterConfig: { arn: missed.queueArn },
        }),
      },
    });
  }
}
