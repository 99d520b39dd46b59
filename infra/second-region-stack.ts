import { CfnOutput, Fn, RemovalPolicy } from 'aws-cdk-lib';
import { CfnReplicaKey } from 'aws-cdk-lib/aws-kms';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { eraseCustomer } from '../lib/api/customers.ts';
import { gatewayRoutes, type Route } from '../lib/api/route.ts';
import { NOT_FOUND, routes } from '../lib/api/routes.ts';
import { routeSenders } from '../lib/jobs.ts';
import { keptOutput, secondRegionOutputs, stackName, stackOutputs } from '../lib/stacks.ts';
import { AlarmTopic, topicsIn } from './alarm-topic.ts';
import { LicenseApi } from './api.ts';
import { addSecondRegionRecord } from './failover.ts';
import { HistoryBucket, letReadCopies, nameCopies } from './history-bucket.ts';
import { openOnlyToEdge } from './origin-secrets.ts';
import { RouteFunction } from './route-function.ts';
import { secondRegionRules } from './second-region-alarms.ts';
import { SecondRegionJobs } from './second-region-jobs.ts';
import type { SecondRegion } from './second-region-settings.ts';
import { constructId, type ServiceFunction } from './service-function.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';
import type { UsedTable } from './table.ts';

/** Their files, and the queues behind them, are in the first region. */
const NOT_THERE: ReadonlySet<string> = new Set([...Object.keys(routeSenders), 'releases', 'downloads']);

/**
 * The function that erases customers. It cannot remove an object in the first region, so it gets no bucket here: an
 * erasure that comes to an archived history answers 503, and goes on in the first region.
 */
const ERASES = eraseCustomer.function;

/** A second region serves the routes that need nothing but the table, and those that write only when it writes. */
const servedThere =
  ({ writes }: SecondRegion) =>
  (route: Route): boolean =>
    (writes !== undefined || route.access !== 'write') && !NOT_THERE.has(route.function);

/** The name of callers leads to the first region until it leads to the edge; its certificate is there. */
const withoutOpenName = ({ edge }: Stage): Pick<Stage, 'edge'> =>
  edge === undefined ? {} : { edge: { ...edge, openUnder: undefined } };

export type SecondRegionProps = { stage: Stage; second: SecondRegion; domain: { name: string } };

/**
 * The API of a second region, on a replica of the table. It has no jobs, and none of its functions may write: two
 * regions that write would sell the last seat twice. After a failover (`writes`) the first region is fenced, and this
 * one writes and announces.
 */
export class SecondRegionStack extends StageStack {
  private readonly stage: Stage;
  private readonly firstRegion: string | undefined;
  private readonly kept: Readonly<Record<string, string>> | undefined;

  constructor(scope: Construct, { stage: first, second, domain }: SecondRegionProps) {
    const { secondRegion: _, ...rest } = first;
    const own = { name: domain.name, certificateArn: second.certificateArn };
    const stage = { ...rest, ...withoutOpenName(first), region: second.region, domain: own, reservedConcurrency: {} };
    super(scope, 'second', stage, 'checks and reads in a second region');
    this.stage = stage;
    this.firstRegion = first.region;
    this.kept = second.writes?.first;
    const table = this.findReplica();
    const dataKey = this.copyOf('DataKey', 'DATA_KEY_SECRET_ARN', stackOutputs.dataKeySecret.output);
    const signingKeys = this.copyOf('SigningKeys', 'SIGNING_KEYS_SECRET_ARN', stackOutputs.signingKeysSecretArn.output);
    const served = routes.filter(servedThere(second));
    const isReadRegion = second.writes === undefined;
    const names = new Set([...served.map((route) => route.function), NOT_FOUND]);
    const functions = new Map<string, ServiceFunction>(
      [...names].map((name) => {
        const of = { name, routes: served.filter((route) => route.function === name), isReadRegion };
        return [name, new RouteFunction(this, constructId(name), { ...of, stage, table, dataKey, signingKeys })];
      }),
    );
    const { bucket: histories } = new HistoryBucket(this, 'Histories', {
      stage,
      bucketName: nameCopies(stage, second.region),
    });
    new CfnOutput(this, stackOutputs.historyBucket.output, {
      value: histories.bucketName,
      description: 'Copies of archived histories',
    });
    for (const each of functions.values()) if (isReadRegion || each.name !== ERASES) letReadCopies(each, histories);
    openOnlyToEdge(stage, functions.values());
    const notFound = functions.get(NOT_FOUND);
    if (notFound === undefined) throw new Error('nothing serves paths without a route');
    const api = new LicenseApi(this, 'Api', { stage, routes: gatewayRoutes(served), functions, notFound });
    for (const each of functions.values())
      if (each instanceof RouteFunction && each.signs) each.function.addEnvironment('BASE_URL', api.url);
    if (second.writes !== undefined) {
      const replica = { ...table, tableStreamArn: second.writes.streamArn };
      new SecondRegionJobs(this, 'Jobs', { stage, table: replica, dataKey, histories });
    }
    const alarms = new AlarmTopic(this, 'Alarms', stage, topicsIn(stage, second.region));
    for (const rule of secondRegionRules(api.api)) alarms.addAlarm(rule);
    if (api.ownName !== undefined) addSecondRegionRecord(this, { name: domain.name, second, target: api.ownName });
  }

  /** A replica has the name of its table. */
  private findReplica(): UsedTable {
    const tableName = this.readFromFirst(stackOutputs.tableName.output);
    const tableArn = this.formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName });
    return { tableName, tableArn, tableStreamArn: undefined };
  }

  /** After a failover the first region cannot be asked: the setting has what this stack kept of it. */
  private readFromFirst(output: string): string {
    const value = this.kept?.[output] ?? this.askFirst(output);
    if (this.node.tryFindChild(keptOutput(output)) === undefined)
      new CfnOutput(this, keptOutput(output), { value, description: 'Read from the first region' });
    return value;
  }

  private askFirst(output: string): string {
    if (this.kept !== undefined) throw new Error(`secondRegion.writes.first has no ${output}`);
    return Fn.getStackOutput(stackName(this.stage.name, 'data'), output, this.firstRegion);
  }

  /** The copy of a secret, whose ARN differs in the region alone, and a copy of the key that may encrypt it. */
  private copyOf(
    id: keyof typeof secondRegionOutputs,
    variable: string,
    output: string,
  ): { grantRead: (to: LambdaFunction) => void } {
    const key = new CfnReplicaKey(this, `${id}Copy`, {
      description: `A copy of the key that encrypts a secret of the license service, stage ${this.stage.name}`,
      primaryKeyArn: this.readFromFirst(secondRegionOutputs[id]),
      keyPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:${this.partition}:iam::${this.account}:root` },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      },
    });
    key.applyRemovalPolicy(this.stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    const secretId = Fn.select(6, Fn.split(':', this.readFromFirst(output)));
    const secretArn = `arn:${this.partition}:secretsmanager:${this.region}:${this.account}:secret:${secretId}`;
    return {
      grantRead: (to) => {
        to.addEnvironment(variable, secretArn);
        to.addToRolePolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }));
        to.addToRolePolicy(
          new PolicyStatement({
            actions: ['kms:Decrypt'],
            resources: [key.attrArn],
            conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${this.region}.amazonaws.com` } },
          }),
        );
      },
    };
  }
}
