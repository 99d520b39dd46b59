import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { routes } from '../lib/api/routes.ts';
import { Alarms } from './alarms.ts';
import { LicenseApi } from './api.ts';
import { DataKeyWatch } from './data-key-watch.ts';
import { ServiceDashboard } from './dashboard.ts';
import { Events } from './events.ts';
import type { Watched } from './measures.ts';
import { RouteFunction } from './route-function.ts';
import { DataKey } from './secrets.ts';
import { constructId } from './service-function.ts';
import type { Stage as StageOfService } from './stages.ts';
import { Sweep } from './sweeps.ts';
import { LicenseTable } from './table.ts';
import { Webhooks } from './webhooks.ts';

/** Serves `$default`: what no route matches. */
const NOT_FOUND = 'not-found';

/** Whose routes have webhooks sent. */
const ASK_FOR_DELIVERIES = ['webhook-endpoints'];

const SWEEP_DUE = {
  name: 'sweep-due',
  does: 'tells licenses that expire or are about to',
  /** One whole CPU: a license costs 0.3 ms of it, and a hundred thousand may come due in one second. */
  memoryMb: 1_769,
} as const;

type Told = { api: LicenseApi; table: TableV2; events: Events; sweep: Sweep; topic: Topic };

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

    const events = new Events(this, 'EventFlow', { stage, table });
    const sweep = new Sweep(this, 'Sweeps', { ...SWEEP_DUE, stage, table });
    const webhooks = new Webhooks(this, 'Webhooks', { stage, table, dataKey, bus: events.bus });

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
    for (const name of ASK_FOR_DELIVERIES) webhooks.letSend(named(functions, name).function);
    const notFound = functionNamed(NOT_FOUND);
    const api = new LicenseApi(this, 'Api', { stage, routes, functions, notFound });

    const watched: Watched = {
      stage,
      table,
      api: api.api,
      accessLogs: api.accessLogs,
      functions: [...functions.values(), notFound, events.relay, sweep.function, ...webhooks.functions],
      deadLetters: deadLettersOf(events, sweep, webhooks),
      check: named(functions, 'check-license').function,
      relay: events.relay.function,
      sweep: sweep.function.function,
      dataKey: dataKeyWatch,
      webhooks: {
        sweep: webhooks.sweep.function.function,
        queues: [
          { name: 'webhook-events', queue: webhooks.events },
          { name: 'webhook-first', queue: webhooks.first },
        ],
      },
    };
    const { alarms, topic } = new Alarms(this, 'Alarms', watched);
    dataKeyWatch.tell(topic, stage);
    new ServiceDashboard(this, 'Watch', watched, alarms);

    this.tell(stage, { api, table, events, sweep, topic });
  }

  /** What an operator, and the commands in bin/, need to know of the stack. */
  private tell(stage: StageOfService, { api, table, events, sweep, topic }: Told): void {
    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'Where the service answers' });
    if (api.domainTarget !== undefined) {
      new CfnOutput(this, 'DomainTarget', {
        value: api.domainTarget,
        description: 'What the DNS record of the stage’s own name points to',
      });
    }
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'The one table' });
    new CfnOutput(this, 'EventBusName', { value: events.bus.eventBusName, description: 'Where events go' });
    new CfnOutput(this, 'AsideQueueUrl', {
      value: events.aside.queueUrl,
      description: 'Events that could not be sent: npm run redrive',
    });
    new CfnOutput(this, 'MissedQueueUrl', {
      value: sweep.missed.queueUrl,
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

function deadLettersOf(events: Events, sweep: Sweep, webhooks: Webhooks): Watched['deadLetters'] {
  return [
    { name: 'relay', queue: events.aside, page: 'events-were-set-aside', holds: 'Events could not be put on the bus' },
    {
      name: 'sweep',
      queue: sweep.missed,
      page: 'the-sweep-was-missed',
      holds: 'Lambda did not take calls of the sweep',
    },
    {
      name: 'sweep-webhooks',
      queue: webhooks.sweep.missed,
      page: 'the-sweep-was-missed',
      holds: 'Lambda did not take calls of the sweep of webhooks',
    },
    ...webhooks.deadLetters.map(({ name, queue }) => ({
      name,
      queue,
      page: 'webhooks-were-set-aside',
      holds: 'Webhooks were not handled for a reason of ours',
    })),
  ];
}

function named(functions: ReadonlyMap<string, RouteFunction>, name: string): RouteFunction {
  const found = functions.get(name);
  if (found === undefined) throw new Error(`no route is served by a function ${name}`);
  return found;
}
