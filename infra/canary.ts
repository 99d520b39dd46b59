import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { SECOND_MS } from '../lib/domain/time.ts';
import { watchers } from './watchers.ts';
import { canary } from '../lib/stacks.ts';
import { ServiceFunction } from './service-function.ts';
import type { Stage } from './stages.ts';
import type { UsedTable } from './table.ts';

const { timeoutS, schedule } = watchers.canary;
const RETRIES = { retryAttempts: schedule.tries - 1 };

/**
 * Uses the service from outside as a site does, and may do nothing else: it has no right to the table. Its alarm is
 * about what no other one sees, a name, a certificate or a gateway that does not answer.
 */
export class CanaryFunction extends ServiceFunction {
  constructor(scope: Construct, { stage, table, baseUrl }: { stage: Stage; table: UsedTable; baseUrl: string }) {
    super(scope, 'Canary', {
      name: 'canary',
      stage,
      table,
      memoryMb: stage.memoryMb.open,
      timeoutMs: timeoutS * SECOND_MS,
      environment: { BASE_URL: baseUrl },
    });
    this.keepSeat(stage);
    this.function.configureAsyncInvoke({ ...RETRIES, maxEventAge: Duration.seconds(schedule.everyS) });
    new Rule(this, 'Schedule', {
      description: `License service, ${stage.name}: ${schedule.does}`,
      schedule: Schedule.rate(Duration.seconds(schedule.everyS)),
      targets: [new LambdaFunction(this.function, RETRIES)],
    });
  }

  private keepSeat(stage: Stage): void {
    const secret = new Secret(this, 'Seat', {
      secretName: canary.secretName(stage.name),
      description: `License of the canary of the license service, stage ${stage.name}: npm run admin -- canary`,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'It is the license key of a test license with one seat, which npm run admin -- canary replaces.',
    });
    const { defaultChild } = secret.node;
    if (!(defaultChild instanceof CfnSecret)) throw new Error('the secret is no CloudFormation resource');
    this.function.addEnvironment(canary.variable, defaultChild.attrId);
    const actions = ['secretsmanager:GetSecretValue'];
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources: [defaultChild.attrId] }));
  }
}
