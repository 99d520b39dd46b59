import type { Construct } from 'constructs';
import { PAGE_FILES } from '../lib/api/page-files.ts';
import { DEADLINE_MS, type Route } from '../lib/api/route.ts';
import { apiDocs } from '../lib/api/service.ts';
import type { DataKey } from './secrets.ts';
import { ServiceFunction } from './service-function.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { Stage } from './stages.ts';
import type { UsedTable } from './table.ts';

/** Time to answer after the deadline, and for a first call's start. */
const SLACK_MS = 2_000;

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
  table: UsedTable;
  dataKey: Pick<DataKey, 'grantRead'>;
  signingKeys: Pick<SigningKeys, 'grantRead'>;
  isReadRegion?: boolean;
};

/** The function of one or more routes. Its time, its memory and whether it knows the data key come from its routes. */
export class RouteFunction extends ServiceFunction {
  readonly signsProofs: boolean;

  constructor(scope: Construct, id: string, props: RouteFunctionProps) {
    const { name, routes, stage, table, dataKey, signingKeys, isReadRegion = false } = props;
    super(scope, id, {
      name,
      stage,
      table,
      // It runs millions of times a day in a few milliseconds; its log line has what a trace would show.
      isTraced: name !== 'check-license',
      routes,
      isReadRegion,
      ...(name === apiDocs.function ? { files: PAGE_FILES } : {}),
      memoryMb: Math.max(...kindsOf(routes).map((kind) => stage.memoryMb[kind])),
      reservedConcurrency: readReserved(stage, routes),
      timeoutMs: Math.max(...authsOf(routes).map((auth) => DEADLINE_MS[auth])) + SLACK_MS,
    });
    if (routes.some(({ vault }) => vault !== false)) dataKey.grantRead(this.function);
    this.signsProofs = routes.some(({ fresh }) => fresh === true);
    if (this.signsProofs) signingKeys.grantRead(this.function);
  }
}

function authsOf(routes: readonly Route[]): Route['auth'][] {
  return routes.length === 0 ? ['none'] : routes.map((route) => route.auth);
}

const kindsOf = (routes: readonly Route[]): (keyof Stage['memoryMb'])[] => authsOf(routes).map((auth) => KINDS[auth]);

/** The concurrent calls that a function with these routes reserves; undefined if it shares what the account has. */
export function readReserved({ reservedConcurrency }: Stage, routes: readonly Route[]): number | undefined {
  return kindsOf(routes).flatMap((kind) => reservedConcurrency[kind] ?? [])[0];
}
