import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { getAnalytics } from '../lib/api/analytics.ts';
import { consoleRoutes } from '../lib/api/console.ts';
import { NOT_FOUND, routes, routesServedBy } from '../lib/api/routes.ts';
import { routeSenders } from '../lib/jobs.ts';
import { gatewayRoutes } from '../lib/api/route.ts';
import { stackOutputs } from '../lib/stacks.ts';
import { LicenseApi } from './api.ts';
import type { BackgroundStack } from './background-stack.ts';
import { letReadCalls } from './brand-calls.ts';
import { CanaryFunction } from './canary.ts';
import { ConsoleFunction } from './console-function.ts';
import type { DataStack } from './data-stack.ts';
import { FirstRegionRecord } from './failover.ts';
import { letUseHistories } from './history-bucket.ts';
import { listEntries } from './job-lists.ts';
import { openOnlyToEdge } from './origin-secrets.ts';
import { letUseBucket } from './packages.ts';
import { Releases } from './releases.ts';
import { RouteFunction } from './route-function.ts';
import { letSend } from './sending.ts';
import { constructId, type ServiceFunction } from './service-function.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';

/** Serves the pages of the console. */
const CONSOLE = 'console';

export type ServiceProps = { stage: Stage; data: DataStack; background: BackgroundStack };

/** The API and the functions of its routes, as the route table says. */
export class ServiceStack extends StageStack {
  readonly api: LicenseApi;
  readonly functions: ReadonlyMap<string, ServiceFunction>;
  readonly releases: Releases;
  /** Left out where the deploy is proven: nobody buys its license there. */
  readonly canary: CanaryFunction | undefined;

  constructor(scope: Construct, { stage, data, background }: ServiceProps) {
    super(scope, 'service', stage, 'the API and its functions');
    const { table, dataKey, packages, histories, signingKeys } = data;
    const functionNamed = (name: string): RouteFunction =>
      new RouteFunction(this, constructId(name), {
        name,
        routes: routesServedBy(name),
        stage,
        table,
        dataKey,
        signingKeys,
      });
    const names = new Set([...routes.map((route) => route.function), NOT_FOUND]);
    this.functions = new Map<string, ServiceFunction>([
      ...[...names].map((name) => [name, functionNamed(name)] as const),
      [CONSOLE, new ConsoleFunction(this, 'Console', { stage, table, dataKey })],
    ]);
    for (const [name, sender] of listEntries(routeSenders)) letSend(this.named(name).function, sender, background);
    for (const each of this.functions.values()) {
      letUseBucket(each, packages);
      letUseHistories(each, histories);
    }
    for (const name of [getAnalytics.function, CONSOLE]) letReadCalls(this.named(name).function, stage);
    this.releases = new Releases(this, 'Aliases', stage, this.functions);
    this.api = new LicenseApi(this, 'Api', {
      stage,
      routes: [...gatewayRoutes(routes), ...consoleRoutes],
      functions: this.functions,
      notFound: this.named(NOT_FOUND),
      releases: this.releases,
    });
    this.releases.moveSlowly(stage, this.api.api);
    // A proof names the service that signed it.
    for (const each of this.functions.values())
      if (each instanceof RouteFunction && each.signs) each.function.addEnvironment('BASE_URL', this.api.url);
    this.canary = stage.emulated ? undefined : new CanaryFunction(this, { stage, table, baseUrl: this.api.url });
    openOnlyToEdge(stage, this.functions.values());
    this.letFailOver(stage);
    this.addOutputs(stage);
  }

  named(name: string): ServiceFunction {
    const found = this.functions.get(name);
    if (found === undefined) throw new Error(`no route is served by a function ${name}`);
    return found;
  }

  private letFailOver({ secondRegion: second, domain }: Stage): void {
    const { api, apiStage, ownName } = this.api;
    if (second === undefined || domain === undefined || ownName === undefined) return;
    new FirstRegionRecord(this, 'Failover', { name: domain.name, second, target: ownName, api, apiStage });
  }

  private addOutputs({ name }: Stage): void {
    const { url, domainTarget } = this.api;
    new CfnOutput(this, stackOutputs.apiUrl.output, { value: url, description: 'Where the service answers' });
    if (domainTarget !== undefined) {
      new CfnOutput(this, 'DomainTarget', {
        value: domainTarget,
        description: 'The DNS record of the stage’s own name points here',
      });
    }
    new CfnOutput(this, 'NextCommand', {
      value: `curl --fail ${url}/ready`,
      description: 'Run this next: is it ready?',
    });
    new CfnOutput(this, 'FirstKeyCommand', {
      value: `npm run admin -- create-platform-key --stage ${name}`,
      description: 'And once, on a new stage: makes the first key of the platform team',
    });
  }
}
