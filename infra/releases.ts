import { Duration, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, MathExpression, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, type IFunction, type IVersion, type Version } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { NAMESPACE } from '../lib/process/figures.ts';
import type { ServiceFunction } from './service-function.ts';
import type { Stage } from './stages.ts';

const MINUTE = Duration.minutes(1);
/** The section of docs/runbook.md. */
const PAGE = 'a-release-was-rolled-back';
const ALIAS = 'live';

/** Functions that sites wait for: a new version of one gets a tenth of its calls for five minutes, then all. */
const RELEASED_SLOWLY: ReadonlySet<string> = new Set(['check-license', 'activate-license', 'deactivate-license']);

const SPEEDS = {
  canary: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  at_once: LambdaDeploymentConfig.ALL_AT_ONCE,
} as const satisfies Record<Stage['releases'], unknown>;

type ReleaseAlarm = { id: string; name: string; says: string; metric: Metric | MathExpression };

/**
 * The versions that API Gateway calls. CodeDeploy moves an alias to a new version, and back when an alarm rings, which
 * also rolls back the stack (docs/decisions/0191-aliases-for-what-sites-wait-for.md).
 */
export class Releases extends Construct {
  private readonly aliases: ReadonlyMap<string, Alias>;
  private readonly functions: ReadonlyMap<string, ServiceFunction>;
  /** These alarms stop a release. They notify nobody, because the update of the stack fails. */
  readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, stage: Stage, functions: ReadonlyMap<string, ServiceFunction>) {
    super(scope, id);
    this.functions = functions;
    const slowly = [...functions].filter(([name]) => !stage.emulated && RELEASED_SLOWLY.has(name));
    this.aliases = new Map(
      slowly.map(([name, { function: handler }]) => [
        name,
        new Alias(handler, 'Live', { aliasName: ALIAS, version: asPublished(handler.currentVersion) }),
      ]),
    );
  }

  /** The function as the API calls it. */
  callee(name: string, { function: handler }: ServiceFunction): IFunction {
    return (this.aliases.get(name) as IFunction | undefined) ?? handler;
  }

  /** Lets CodeDeploy move the aliases. The API comes after the functions, so its alarm is made here. */
  moveSlowly(stage: Stage, api: HttpApi): void {
    if (this.aliases.size === 0) return;
    const application = new LambdaApplication(this, 'Application');
    const role = this.openRole();
    const apiFails = this.addAlarm(stage, ofApi(api));
    for (const [name, alias] of this.aliases) {
      const versionFails = this.addAlarm(stage, ofVersion(name, alias));
      const answersFail = this.addAlarm(stage, this.ofAnswers(stage, name, alias));
      new LambdaDeploymentGroup(this, `${name}-group`, {
        application,
        alias,
        role: role.withoutPolicyUpdates(),
        deploymentConfig: SPEEDS[stage.releases],
        alarms: [versionFails, answersFail, apiFails],
      });
    }
  }

  /**
   * Counts what the new version alone answered with 5xx. A handler answers its own errors, so Lambda counts none, and
   * activations are too few to show in the share of all calls.
   */
  private ofAnswers(stage: Stage, name: string, alias: Alias): ReleaseAlarm {
    const metricName = `answered_5xx.${stage.name}.${name}`;
    const logGroup = this.functions.get(name)?.function.logGroup;
    if (logGroup === undefined) throw new Error(`there is no function ${name}`);
    const filter = new MetricFilter(this, `${name}-answers`, {
      logGroup,
      // A busy license is no fault of a version.
      filterPattern: FilterPattern.literal(
        '{ ($.event = "call.answered") && ($.status >= 500) && ($.code != "busy") }',
      ),
      metricNamespace: NAMESPACE,
      metricName,
      metricValue: '1',
      dimensions: { version: '$.version' },
    });
    const dimensionsMap = { version: alias.version.version };
    return {
      id: `${name}-answers-fail`,
      name: `${name}-answers`,
      says: `The new version of ${name} answered a call with 5xx`,
      metric: filter.metric({ statistic: Stats.SUM, period: MINUTE, dimensionsMap }),
    };
  }

  /** The ready-made policy may move every alias of the account, and read files of every bucket. */
  private openRole(): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    const moved = [...this.aliases.values()].flatMap((alias) => [alias.lambda.functionArn, alias.functionArn]);
    const actions = ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'];
    role.addToPolicy(new PolicyStatement({ actions, resources: moved }));
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'CloudWatch describes alarms only to callers who may describe all of them: DescribeAlarms knows no resource.',
    });
    return role;
  }

  private addAlarm(stage: Stage, { id, name, says, metric }: ReleaseAlarm): Alarm {
    const alarm = new Alarm(this, id, {
      alarmName: `license-service-${stage.name}-release-${name}`,
      alarmDescription: `${says}. What to do: ${stage.alarms.runbook}#${PAGE}`,
      metric,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.alarms.push(alarm);
    return alarm;
  }
}

/** The CDK's classes say `undefined` where its interfaces leave out. */
const asPublished = (version: Version): IVersion => version as IVersion;

/** Counts failures of the new version alone: it ran out of time, or did not start. */
function ofVersion(name: string, alias: Alias): ReleaseAlarm {
  return {
    id: `${name}-fails`,
    name,
    says: `The new version of ${name} failed, ran out of time or did not start`,
    metric: new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Errors',
      dimensionsMap: {
        FunctionName: alias.lambda.functionName,
        Resource: `${alias.lambda.functionName}:${ALIAS}`,
        ExecutedVersion: alias.version.version,
      },
      statistic: Stats.SUM,
      period: MINUTE,
    }),
  };
}

/** Failures since the release in any function, such as by an item that a new version wrote. */
function ofApi(api: HttpApi): ReleaseAlarm {
  return {
    id: 'ApiFails',
    name: 'api',
    says: 'More than 1 % of all calls, and at least five, ended with 5xx within a minute',
    metric: new MathExpression({
      label: '% of calls',
      expression: 'IF(failed >= 5, 100 * failed / calls, 0)',
      usingMetrics: {
        failed: api.metricServerError({ period: MINUTE, statistic: Stats.SUM }),
        calls: api.metricCount({ period: MINUTE, statistic: Stats.SUM }),
      },
      period: MINUTE,
    }),
  };
}
