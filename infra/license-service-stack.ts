import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { routes } from '../lib/api/routes.ts';
import { routeSenders } from '../lib/jobs.ts';
import { Alarms } from './alarms.ts';
import { LicenseApi } from './api.ts';
import { Background } from './background.ts';
import { DataKeyWatch } from './data-key-watch.ts';
import { ServiceDashboard } from './dashboard.ts';
import { entriesOf, mapRecord } from './job-lists.ts';
import type { Watched } from './measures.ts';
import { RouteFunction } from './route-function.ts';
import { DataKey } from './secrets.ts';
import { letSend } from './sending.ts';
import { constructId } from './service-function.ts';
import type { Stage as StageOfService } from './stages.ts';
import { LicenseTable } from './table.ts';

/** Serves `$default`: what no route matches. */
const NOT_FOUND = 'not-found';

type Told = { api: LicenseApi; table: TableV2; background: Background; topic: Topic };

/** Composes the service; what AWS is told stands in the constructs. */
export class LicenseServiceStack extends Stack {
  constructor(scope: Construct, id: string, { stage }: { stage: StageOfService }) {
    super(scope, id, {
      description: `Centralized License Service, stage ${stage.name}`,
      terminationProtection: stage.keepsData,
    });
    Tags.of(this).add('service', 'license-service');
    Tags.of(this).add('stage', stage.name);

    const { table } = new LicenseTable(this, 'Table', { stage });
    const dataKey = new DataKey(this, 'DataKey', { stage });
    const dataKeyWatch = new DataKeyWatch(this, 'DataKeyWatch', { stage, dataKey });

    const background = new Background(this, 'Background', { stage, table, dataKey });

    const functionNamed = (name: string): RouteFunction =>
      new RouteFunction(this, constructId(name), {
        name,
        routes: routes.filter((route) => route.function === name),
        stage,
        table,
        dataKey,
      });
    const names = new Set(routes.map((route) => route.function));
    const functions = new Map([...names].map((name) => [name, functionNamed(name)]));
    for (const [name, sender] of entriesOf(routeSenders)) letSend(named(functions, name).function, sender, background);
    const notFound = functionNamed(NOT_FOUND);
    const api = new LicenseApi(this, 'Api', { stage, routes, functions, notFound });

    const watched: Watched = {
      stage,
      table,
      api: api.api,
      accessLogs: api.accessLogs,
      functions: [...functions.values(), notFound, ...Object.values(background.jobs)],
      check: named(functions, 'check-license').function,
      jobs: mapRecord(background.jobs, (_, { function: job }) => job),
      queues: background.queues,
      dataKey: dataKeyWatch,
    };
    const { alarms, topic } = new Alarms(this, 'Alarms', watched);
    dataKeyWatch.tell(topic, stage);
    new ServiceDashboard(this, 'Watch', watched, alarms);

    this.tell(stage, { api, table, background, topic });
  }

  /** What an operator, and the commands in bin/, need to know of the stack. */
  private tell(stage: StageOfService, { api, table, background: { bus, queues }, topic }: Told): void {
    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'Where the service answers' });
    if (api.domainTarget !== undefined) {
      new CfnOutput(this, 'DomainTarget', {
        value: api.domainTarget,
        description: 'What the DNS record of the stage’s own name points to',
      });
    }
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'The one table' });
    new CfnOutput(this, 'EventBusName', { value: bus.eventBusName, description: 'Where events go' });
    new CfnOutput(this, 'AsideQueueUrl', {
      value: queues.deadLetters.relay.queueUrl,
      description: 'Events that could not be sent: npm run redrive',
    });
    new CfnOutput(this, 'MissedQueueUrl', {
      value: queues.deadLetters.sweep.queueUrl,
      description: 'Calls of the sweep that came to nothing: npm run redrive',
    });
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn, description: 'Subscribe here to be told of alarms' });
    new CfnOutput(this, 'NextCommand', {
      value: `curl --fail ${api.url}/ready`,
      description: 'Run this next: is it ready?',
    });
    const firstKey = `npm run admin -- create-platform-key --stage ${stage.name}`;
    new CfnOutput(this, 'FirstKeyCommand', {
      value: firstKey,
      description: 'And once, on a new stage: makes the first key of the platform team',
    });
  }
}

function named(functions: ReadonlyMap<string, RouteFunction>, name: string): RouteFunction {
  const found = functions.get(name);
  if (found === undefined) throw new Error(`no route is served by a function ${name}`);
  return found;
}
