import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { routes } from '../lib/http/routes.ts';
import { LicenseApi } from './api.ts';
import { Events } from './events.ts';
import { RouteFunction } from './route-function.ts';
import { DataKey } from './secrets.ts';
import type { Stage as StageOfService } from './stages.ts';
import { Sweeps } from './sweeps.ts';
import { LicenseTable } from './table.ts';

/** Serves `$default`: what no route matches. */
const NOT_FOUND = 'not-found';

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
    new Sweeps(this, 'Sweeps', { stage, table });

    const functionNamed = (name: string): RouteFunction =>
      new RouteFunction(this, constructId(name), { name, routes: routes.filter((route) => route.function === name), stage, table, dataKey });
    const names = new Set(routes.map((route) => route.function));
    const functions = new Map([...names].map((name) => [name, functionNamed(name)]));
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

/** `check-license` → `CheckLicense`. */
function constructId(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
