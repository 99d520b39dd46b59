import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DEADLINE_MS, type Route } from '../lib/http/route.ts';
import { tableSchema } from '../lib/table/schema.ts';
import type { DataKey } from './secrets.ts';
import { ServiceFunction } from './service-function.ts';
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

/** Partition keys of rate counters and API keys, whatever the brand. */
const COUNTED = ['*#rate#*', '*#api-key#*'];

const KINDS = { none: 'open', license_key: 'product', brand: 'brand', platform: 'brand' } as const satisfies Record<
  Route['auth'],
  keyof Stage['memoryMb']
>;

export type RouteFunctionProps = {
  /** The file in functions/. */
  name: string;
  /** All that it serves; none for what answers when no route matches. */
  routes: readonly Route[];
  stage: Stage;
  table: TableV2;
  dataKey: DataKey;
};

/** The function of one or more routes. What it may do and what its environment says come from its routes, together. */
export class RouteFunction extends ServiceFunction {
  constructor(scope: Construct, id: string, { name, routes, stage, table, dataKey }: RouteFunctionProps) {
    super(scope, id, {
      name,
      stage,
      table,
      // It runs millions of times a day in a few milliseconds; its log line tells what a trace would.
      isTraced: name !== 'check-license',
      memoryMb: Math.max(...kindsOf(routes).map((kind) => stage.memoryMb[kind])),
      reservedConcurrency: kindsOf(routes).flatMap((kind) => stage.reservedConcurrency[kind] ?? [])[0],
      timeoutMs: Math.max(...authsOf(routes).map((auth) => DEADLINE_MS[auth])) + SLACK_MS,
    });
    this.grantTable(table, routes);
    const isCounted = authsOf(routes).some((auth) => auth === 'brand' || auth === 'platform');
    if (isCounted && !tableActionsOf(routes).includes('dynamodb:UpdateItem')) this.grantCounting(table);
    if (routes.some((route) => route.vault)) dataKey.grantRead(this.function);
  }

  private grantTable(table: TableV2, routes: readonly Route[]): void {
    const actions = tableActionsOf(routes);
    if (actions.length === 0) return;
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources: [table.tableArn] }));
    const indexes = tableSchema.indexes.map((index) => `${table.tableArn}/index/${index.name}`);
    this.function.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:Query'], resources: indexes }));
  }

  /** Each request by an API key is counted, and the key's use noted once an hour: by routes that only read, too, and on no other items. */
  private grantCounting(table: TableV2): void {
    const conditions = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': COUNTED } };
    this.function.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [table.tableArn], conditions }));
  }
}

function authsOf(routes: readonly Route[]): Route['auth'][] {
  return routes.length === 0 ? ['none'] : routes.map((route) => route.auth);
}

const kindsOf = (routes: readonly Route[]): (keyof Stage['memoryMb'])[] => authsOf(routes).map((auth) => KINDS[auth]);

function tableActionsOf(routes: readonly Route[]): string[] {
  // An API key is read on every request, whatever the route does.
  const accesses = routes.flatMap(({ auth, access }) => (auth === 'brand' || auth === 'platform' ? (['read', access] as const) : [access]));
  return [...new Set(accesses.flatMap((access) => TABLE_ACTIONS[access]))];
}
