import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import { CfnReplicaKey } from 'aws-cdk-lib/aws-kms';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { gatewayRoutes, type Route } from '../lib/api/route.ts';
import { NOT_FOUND, routes } from '../lib/api/routes.ts';
import { routeSenders } from '../lib/jobs.ts';
import { secondRegionOutputs, stackName, stackOutputs } from '../lib/stacks.ts';
import { LicenseApi } from './api.ts';
import { addSecondRegionRecord } from './failover.ts';
import { openOnlyToEdge } from './origin-secrets.ts';
import { RouteFunction } from './route-function.ts';
import type { SecondRegion } from './second-region-settings.ts';
import { constructId, type ServiceFunction } from './service-function.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';
import type { UsedTable } from './table.ts';

/** Their files, and the queues behind them, are in the first region. */
const NOT_THERE: ReadonlySet<string> = new Set([...Object.keys(routeSenders), 'releases', 'downloads']);

/** A second region serves checks, and the routes that read nothing but the table. */
const servedThere = (route: Route): boolean => route.access !== 'write' && !NOT_THERE.has(route.function);

export type SecondRegionProps = { stage: Stage; second: SecondRegion; domain: { name: string } };

/**
 * The API of a second region, on a replica of the table. It has no jobs, so nothing is announced and nothing swept
 * there, and none of its functions may write: two regions that write would sell the last seat twice.
 */
export class SecondRegionStack extends StageStack {
  private readonly stage: Stage;
  private readonly firstRegion: string | undefined;

  constructor(scope: Construct, { stage: first, second, domain }: SecondRegionProps) {
    const { secondRegion: _, ...rest } = first;
    const own = { name: domain.name, certificateArn: second.certificateArn };
    const stage = { ...rest, region: second.region, domain: own, reservedConcurrency: {} };
    super(scope, 'second', stage, 'checks and reads in a second region');
    this.stage = stage;
    this.firstRegion = first.region;
    const table = this.findReplica();
    const dataKey = this.copyOf('DataKey', 'DATA_KEY_SECRET_ARN', stackOutputs.dataKeySecret.output);
    const signingKeys = this.copyOf('SigningKeys', 'SIGNING_KEYS_SECRET_ARN', stackOutputs.signingKeysSecretArn.output);
    const served = routes.filter(servedThere);
    const names = new Set([...served.map((route) => route.function), NOT_FOUND]);
    const functions = new Map<string, ServiceFunction>(
      [...names].map((name) => {
        const of = { name, routes: served.filter((route) => route.function === name), isReadRegion: true };
        return [name, new RouteFunction(this, constructId(name), { ...of, stage, table, dataKey, signingKeys })];
      }),
    );
    openOnlyToEdge(stage, functions.values());
    const notFound = functions.get(NOT_FOUND);
    if (notFound === undefined) throw new Error('nothing serves paths without a route');
    const api = new LicenseApi(this, 'Api', { stage, routes: gatewayRoutes(served), functions, notFound });
    for (const each of functions.values())
      if (each instanceof RouteFunction && each.signs) each.function.addEnvironment('BASE_URL', api.url);
    if (api.ownName !== undefined) addSecondRegionRecord(this, { name: domain.name, second, target: api.ownName });
  }

  /** A replica has the name of its table. */
  private findReplica(): UsedTable {
    const tableName = this.readFromFirst(stackOutputs.tableName.output);
    const tableArn = this.formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName });
    return { tableName, tableArn, tableStreamArn: undefined };
  }

  private readFromFirst = (output: string): string =>
    Fn.getStackOutput(stackName(this.stage.name, 'data'), output, this.firstRegion);

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
