import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Route } from '../lib/api/route.ts';
import { packCode, type Files } from './bundle.ts';
import type { Grant } from './grant.ts';
import { findGrant, keepReads } from './grants.ts';
import type { Stage } from './stages.ts';
import type { UsedTable } from './table.ts';
import { tableStatements } from './table-statements.ts';

export type ServiceFunctionProps = {
  /** The file in functions/. */
  name: string;
  stage: Stage;
  table: UsedTable;
  /** The routes that it serves, if any. */
  routes?: readonly Route[];
  memoryMb: number;
  timeoutMs: number;
  /** Files that it reads, by the name that they have beside its code, with their paths in the repository. */
  files?: Files;
  /** True if X-Ray may trace its calls when the stage enables that. */
  isTraced?: boolean;
  /** Calls at once that are its own; undefined takes from what all share. */
  reservedConcurrency?: number | undefined;
  /** True in a second region, where no function writes. */
  isReadRegion?: boolean;
  /** Its environment beside the table, the stage and the log level. */
  environment?: Record<string, string>;
};

/**
 * One Lambda, its role and its log group: what every function of the service has in common. What it may do beside its
 * grant of the table is granted by who makes it.
 */
export class ServiceFunction extends Construct {
  readonly name: string;
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const {
      name,
      stage,
      table,
      routes,
      memoryMb,
      timeoutMs,
      isTraced = true,
      reservedConcurrency,
      environment,
      files = {},
      isReadRegion = false,
    } = props;
    this.name = name;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: stage.logRetentionDays,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    // A role of its own: the managed policy that Lambda would be given may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    this.function = new LambdaFunction(this, 'Function', {
      description: `License service, ${stage.name}: ${name}`,
      code: packCode(name, files),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: Duration.millis(timeoutMs),
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      role,
      logGroup,
      // An alias can go back to a version in seconds (docs/deploy.md) only if that is still there.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      tracing: stage.tracing && isTraced ? Tracing.ACTIVE : Tracing.DISABLED,
      // Lambda's own START, END and REPORT lines are of level INFO and cost as much as ours: a check writes one line at
      // most.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel[stage.logLevel],
      environment: { TABLE_NAME: table.tableName, STAGE: stage.name, LOG_LEVEL: stage.logLevel, ...environment },
    });
    if (stage.tracing && isTraced) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Traces go to X-Ray as a whole: PutTraceSegments knows no resource.',
      });
    }
    if (isReadRegion) this.function.addEnvironment('READ_REGION', 'true');
    const grant = findGrant(name, routes);
    this.grantTable(table, isReadRegion ? keepReads(grant) : grant);
  }

  private grantTable(table: UsedTable, grant: Grant): void {
    for (const { actions, index, like, unlike, isWhole } of tableStatements(grant)) {
      const onKeys = {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': like },
        ...(unlike === undefined ? {} : { 'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': unlike } }),
        // "All values" is true if there is none: a request that names no partition key would be allowed.
        Null: { 'dynamodb:LeadingKeys': 'false' },
      };
      const resource = index === undefined ? table.tableArn : `${table.tableArn}/index/${index}`;
      const conditions = isWhole === true ? {} : { conditions: onKeys };
      const statement = { actions: [...actions], resources: [resource], ...conditions };
      this.function.addToRolePolicy(new PolicyStatement(statement));
    }
  }
}

/** `check-license` → `CheckLicense`. */
export function constructId(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
