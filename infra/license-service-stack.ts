import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { routes } from '../lib/http/routes.ts';
import { LicenseApi } from './api.ts';
import { Events } from './events.ts';
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

/** One whole CPU: a license costs 0.3 ms of it, and a hundred thousand may come due in one second. */
const SWEEP_MEMORY_MB = 1_769;

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

    const events = new Events(this, 'EventFlow', { stage, table });
    const tellsDue = 'tells licenses that expire or are about to';
    new Sweep(this, 'Sweeps', { name: 'sweep-due', does: tellsDue, stage, table, memoryMb: SWEEP_MEMORY_MB });
    const webhooks = new Webhooks(this, 'Webhooks', { stage, table, dataKey, bus: events.bus });

    const functionNamed = (name: string): RouteFunction =>
      new RouteFunction(this, constructId(name), { name, routes: routes.filter((route) => route.function === name), stage, table, dataKey });
    const names = new Set(routes.map((route) => route.function));
    const functions = new Map([...names].map((name) => [name, functionNamed(name)]));
    for (const name of ASK_FOR_DELIVERIES) webhooks.letSend(functions.get(name)?.function);
    const api = new LicenseApi(this, 'Api', { stage, routes, functions, notFound: functionNamed(NOT_FOUND) });

    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'Where the service answers' });
    if (api.domainTarget !== undefined) {
      new CfnOutput(this, 'DomainTarget', { value: api.domainTarget, description: 'What the DNS record of the stage’s own name points to' });
    }
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'The one table' });
    new CfnOutput(this, 'EventBusName', { value: events.bus.eventBusName, description: 'Where events go' });
    new CfnOutput(this, 'AsideQueueUrl', { value: events.aside.queueUrl, description: 'Events that could not be sent: npm run redrive' });
    new CfnOutput(this, 'NextCommand', { value: `curl --fail ${api.url}/ready`, description: 'Run this next: is it ready?' });
    const firstKey = `npm run admin -- create-platform-key --stage ${stage.name}`;
    new CfnOutput(this, 'FirstKeyCommand', { value: firstKey, description: 'And once, on a new stage: makes the first key of the platform team' });
  }
}
