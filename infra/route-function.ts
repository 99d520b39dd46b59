import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat, type BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DEADLINE_MS, type Route } from '../lib/http/route.ts';
import { tableSchema } from '../lib/table/schema.ts';
import type { DataKey } from './secrets.ts';
import type { Stage } from './stages.ts';

/** Time to answer after the deadline, and for a first call's start. */
const SLACK_MS = 2_000;

const READS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'] as const;

/** What each access needs of the table. A transaction has no action of its own: it needs that of every item in it. */
const TABLE_ACTIONS = {
  none: [],
  read: READS,
  note: [...READS, 'dynamodb:UpdateItem'],
  write: [...READS, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'],
} as const satisfies Record<Route['access'], readonly string[]>;

const MEMORY = { none: 'open', license_key: 'product', brand: 'brand', platform: 'brand' } as const satisfies Record<
  Route['auth'],
  keyof Stage['memoryMb']
>;

/** esbuild runs on the machine that synthesises: no Docker. The SDK is bundled, because Lambda's own copy starts slower and changes unasked. */
export const bundling = {
  format: OutputFormat.ESM,
  target: 'node24',
  // Without `module` first, packages that ship both come as CommonJS, which esbuild cannot shake.
  mainFields: ['module', 'main'],
  minify: true,
  // For the CommonJS packages among what is bundled (aws4 in the check): they require Node's own modules, which an ES module cannot.
  banner: "import{createRequire as requireOfThisBundle}from'node:module';const require=requireOfThisBundle(import.meta.url);",
  bundleAwsSDK: true,
  forceDockerBundling: false,
  logLevel: LogLevel.WARNING,
} as const satisfies BundlingOptions;

export type RouteFunctionProps = {
  /** The file in functions/. */
  name: string;
  /** All that it serves; none for what answers when no route matches. */
  routes: readonly Route[];
  stage: Stage;
  table: TableV2;
  dataKey: DataKey;
};

/** One Lambda, its role and its log group. What it may do and what its environment says come from its routes, together. */
export class RouteFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, { name, routes, stage, table, dataKey }: RouteFunctionProps) {
    super(scope, id);
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
      memorySize: Math.max(...authsOf(routes).map((auth) => stage.memoryMb[MEMORY[auth]])),
      timeout: Duration.millis(Math.max(...authsOf(routes).map((auth) => DEADLINE_MS[auth])) + SLACK_MS),
      role,
      logGroup,
      // Lambda's own START, END and REPORT lines are of level INFO and cost as much as ours: a check writes one line at most.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel[stage.logLevel],
      environment: { TABLE_NAME: table.tableName, STAGE: stage.name, LOG_LEVEL: stage.logLevel },
      // It sets a variable that only version 2 of the SDK reads.
      awsSdkConnectionReuse: false,
      bundling,
    });
    this.grantTable(table, routes);
    if (routes.some((route) => route.vault)) dataKey.grantRead(this.function);
  }

  private grantTable(table: TableV2, routes: readonly Route[]): void {
    const actions = tableActionsOf(routes);
    if (actions.length === 0) return;
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources: [table.tableArn] }));
    const indexes = tableSchema.indexes.map((index) => `${table.tableArn}/index/${index.name}`);
    this.function.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:Query'], resources: indexes }));
  }
}

function authsOf(routes: readonly Route[]): Route['auth'][] {
  return routes.length === 0 ? ['none'] : routes.map((route) => route.auth);
}

function tableActionsOf(routes: readonly Route[]): string[] {
  // An API key is read on every request, whatever the route does.
  const accesses = routes.flatMap(({ auth, access }) => (auth === 'brand' || auth === 'platform' ? (['read', access] as const) : [access]));
  return [...new Set(accesses.flatMap((access) => TABLE_ACTIONS[access]))];
}
