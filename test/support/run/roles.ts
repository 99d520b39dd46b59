import { findGrant } from '../../../infra/grants.ts';
import { tableStatements, type TableStatement } from '../../../infra/table-statements.ts';
import type { Route } from '../../../lib/api/route.ts';
import { routesServedBy } from '../../../lib/api/routes.ts';
import { running } from './policy.ts';

/** Runs the function of a route, or a job by its name, with its own role. */
export function onItsRole<T>(of: Route | string, run: () => Promise<T>): Promise<T> {
  const name = typeof of === 'string' ? of : of.function;
  return running.run(
    { name, statements: statementsOf(name), access: typeof of === 'string' ? 'write' : of.access },
    run,
  );
}

const statements = new Map<string, readonly TableStatement[]>();

export function statementsOf(name: string): readonly TableStatement[] {
  const known = statements.get(name);
  if (known !== undefined) return known;
  const made = tableStatements(findGrant(name, routesServedBy(name)));
  statements.set(name, made);
  return made;
}
