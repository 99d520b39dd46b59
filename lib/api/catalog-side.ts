import * as z from 'zod';
import { nextCursor, page, text } from './fields.ts';
import type { Route } from './route.ts';

/** What the routes for products, bundles and API keys share. */
export const idempotency_key = text(255).optional().meta({ description: 'Instead of the header `Idempotency-Key`' });
export const PageInput = z.strictObject(page);
export type PageInput = z.infer<typeof PageInput>;

export const listOf = <T extends z.ZodType>(noun: string, of: T) =>
  z.object({ [noun]: z.array(of), next_cursor: nextCursor });
export const ok = { status: 200, description: 'As it is now' } as const;
export const made = { status: 201, description: 'Made' } as const;

/** One of the sides: whose routes, under which path, and what the path adds to a route's own fields. */
export type Side<A extends 'brand' | 'platform'> = {
  auth: A;
  base: `/${string}`;
  scope: (noun: 'products' | 'api_keys', verb: 'read' | 'write') => NonNullable<Route['scope']>;
  prefix: string;
  path: z.ZodRawShape;
  example: Record<string, unknown>;
};

export function common<A extends 'brand' | 'platform'>(side: Side<A>, noun: 'products' | 'bundles' | 'api-keys') {
  const missing = 'brand_id' in side.path ? (['brand_not_found'] as const) : [];
  return {
    missing,
    written: [...missing, 'idempotency_key_reused'] as const,
    input: <S extends z.ZodRawShape>(schema: z.ZodObject<S, z.core.$strict>) => schema.extend(side.path),
    route: <M extends Route['method']>(method: M, operation: string, rest: `/${string}` | '' = '') =>
      ({
        auth: side.auth,
        method,
        operation: `${side.prefix}${operation}`,
        path: `${side.base}/${noun}${rest}`,
        function: noun,
        scope: side.scope(noun === 'api-keys' ? 'api_keys' : 'products', method === 'GET' ? 'read' : 'write'),
        access: method === 'GET' ? 'read' : 'write',
        // Pages need it for their cursors.
        vault: noun === 'api-keys' || method === 'GET' ? true : ('on_demand' as const),
        ...(method === 'POST' ? { once: true as const } : {}),
      }) as const,
  };
}
