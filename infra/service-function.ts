import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import {
  LogLevel,
  NodejsFunction,
  OutputFormat,
  type BundlingOptions,
  type ICommandHooks,
} from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Route } from '../lib/api/route.ts';
import { findGrant, type Grant } from './grants.ts';
import type { Stage } from './stages.ts';
import { tableStatements } from './table-statements.ts';

/**
 * esbuild runs on the machine that synthesises: no Docker. The SDK is bundled, because Lambda's own copy starts slower
 * and changes unasked.
 */
export const bundling = {
  format: OutputFormat.ESM,
  target: 'node24',
  // Without `module` first, packages that ship both come as CommonJS, which esbuild cannot shake.
  mainFields: ['module', 'main'],
  minify: true,
  // For the CommonJS packages among what is bundled: they require Node's own modules, which an ES module cannot.
  banner:
    "import{createRequire as requireOfThisBundle}from'node:module';const require=requireOfThisBundle(import.meta.url);",
  bundleAwsSDK: true,
  forceDockerBundling: false,
  logLevel: LogLevel.WARNING,
} as const satisfies BundlingOptions;

export type ServiceFunctionProps = {
  /** The file in functions/. */
  name: string;
  stage: Stage;
  table: TableV2;
  /** Those that it serves, if any. */
  routes?: readonly Route[];
  memoryMb: number;
  timeoutMs: number;
  /** Files that it reads, by the name that they have beside its code, with their paths in the repository. */
  files?: Readonly<Record<string, { from: string }>>;
  /** True if X-Ray may trace its calls when the stage enables that. */
  isTraced?: boolean;
  /** Calls at once that are its own; undefined takes from what all share. */
  reservedConcurrency?: number | undefined;
  /** Its environment beside the table, the stage and the log level. */
  environment?: Record<string, string>;
};

/**
 * One Lambda, its role and its log group: what every function of the service has in common. What it may do beside its
 * grant of the table is granted by who makes it.
 */
export class ServiceFunction extends Construct {
  readonly name: string;
  readonly function: NodejsFunction;

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
    } = props;
    this.name = name;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: stage.logRetentionDays,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    // A role of its own: the managed policy that Lambda would be given may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    this.function = new NodejsFunction(this, 'Function', {
      description: `License service, ${stage.name}: ${name}`,
      // From where `cdk` runs: the folder of cdk.json.
      entry: join('functions', `${name}.ts`),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: Duration.millis(timeoutMs),
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      role,
      logGroup,
      tracing: stage.tracing && isTraced ? Tracing.ACTIVE : Tracing.DISABLED,
      // Lambda's own START, END and REPORT lines are of level INFO and cost as much as ours: a check writes one line at
      // most.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel[stage.logLevel],
      environment: { TABLE_NAME: table.tableName, STAGE: stage.name, LOG_LEVEL: stage.logLevel, ...environment },
      // It sets a variable that only version 2 of the SDK reads.
      awsSdkConnectionReuse: false,
      bundling: { ...bundling, commandHooks: copying(files) },
    });
    if (stage.tracing && isTraced) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Traces go to X-Ray as a whole: PutTraceSegments knows no resource.',
      });
    }
    this.grantTable(table, findGrant(name, routes));
  }

  private grantTable(table: TableV2, grant: Grant): void {
    for (const { actions, index, like, unlike } of tableStatements(grant)) {
      const conditions = {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': like },
        ...(unlike === undefined ? {} : { 'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': unlike } }),
        // What is true of all values is true of none: a request that names no partition key would be allowed.
        Null: { 'dynamodb:LeadingKeys': 'false' },
      };
      const resource = index === undefined ? table.tableArn : `${table.tableArn}/index/${index}`;
      this.function.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [resource], conditions }));
    }
  }
}

/** Copies files beside a bundle, once esbuild has written it. */
export const copying = (files: NonNullable<ServiceFunctionProps['files']>): ICommandHooks => ({
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (inputDir, outputDir) =>
    Object.entries(files).map(([name, { from }]) => `cp "${join(inputDir, from)}" "${join(outputDir, name)}"`),
});

/** `check-license` → `CheckLicense`. */
export function constructId(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
