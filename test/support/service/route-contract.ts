import * as z from 'zod';
import type { RefusalCode } from '../../../lib/domain/refusal.ts';
import { findOAuthError } from '../../../lib/http/oauth-errors.ts';
import { COMMON_REFUSALS } from '../../../lib/api/common-refusals.ts';
import type { Route } from '../../../lib/api/route.ts';

type Answered = { status: number; headers: Record<string, unknown>; body: Record<string, unknown> };

/** An answer that violates its route's declaration. It fails the test that called the route. */
export class BrokenContract extends Error {
  override name = 'BrokenContract';
}

/**
 * Throws for a refusal that the route does not name, and for fields that its schema does not name, or in another order.
 */
export function assertKeepsContract(route: Route, reply: Answered): void {
  const faults = reply.status < 400 ? faultsOfSuccess(route, reply) : faultsOfRefusal(route, reply);
  if (faults.length > 0) throw new BrokenContract(`${route.operation}: ${faults.join('; ')}`);
}

export const refusalsOf = ({ auth, refusals }: Pick<Route, 'auth' | 'refusals'>): Set<RefusalCode> =>
  new Set([...COMMON_REFUSALS[auth], ...refusals]);

function faultsOfRefusal(route: Route, { body }: Answered): string[] {
  const named = [...refusalsOf(route)];
  if (route.oauth === true) {
    const errors = named.map((code) => findOAuthError(code).error);
    return errors.includes(String(body['error'])) ? [] : [`no refusal of the route is ${JSON.stringify(body)}`];
  }
  const code = String(body['code']);
  return named.some((one) => one === code) ? [] : [`answers ${code}, which is not among its refusals`];
}

function faultsOfSuccess(route: Route, { status, headers, body }: Answered): string[] {
  if (!String(headers['content-type']).includes('json')) return [];
  const success = route.success.find((one) => one.status === status);
  return success ? fieldFaults(success.body, body) : [`answers ${String(status)}, which is not among its answers`];
}

/** The fields of a value whose position differs from the schema. */
export function fieldFaults(schema: z.core.$ZodType, value: unknown, at = ''): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'nullable':
    case 'optional':
    case 'default':
    case 'readonly':
      return value === null || value === undefined ? [] : fieldFaults(def.innerType, value, at);
    case 'array':
      return (value as unknown[]).flatMap((one, i) => fieldFaults(def.element, one, `${at}/${String(i)}`));
    case 'union': {
      const option = def.options.find((one) => z.safeParse(one, value).success);
      return option ? fieldFaults(option, value, at) : [];
    }
    case 'object':
      // A loose object, such as the OpenAPI document, names only some of its fields.
      if (def.catchall !== undefined) return [];
      return faultsOfObject(def.shape, value as Record<string, unknown>, at);
    default:
      return [];
  }
}

function faultsOfObject(shape: z.core.$ZodShape, value: Record<string, unknown>, at: string): string[] {
  const [named, given] = [Object.keys(shape), Object.keys(value)];
  const expected = named.filter((name) => name in value);
  const inside = Object.entries(shape).flatMap(([name, schema]) =>
    name in value ? fieldFaults(schema, value[name], `${at}/${name}`) : [],
  );
  if (JSON.stringify(expected) === JSON.stringify(given)) return inside;
  return [
    `the fields of ${at === '' ? 'the answer' : at} are ${given.join()}, in the schema ${named.join()}`,
    ...inside,
  ];
}
