import type { Context } from '../context.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Endpoint } from '../api/route.ts';
import type { Answer } from '../table/once.ts';
import type { Binding } from './binding.ts';
import type { Page } from './respond.ts';

type Verb<I> = (ctx: Context, input: I) => Promise<Answer | Refusal | Page>;

/** Binds a route that takes a license key as the password of HTTP basic authentication (RFC 7617). */
export function bindBasicAuth<I>(route: Endpoint & { auth: 'none' }, verb: Verb<I>): Binding {
  return {
    route,
    read: ({ headers, pathParameters }) => ({
      input: { ...pathParameters, license_key: readPassword(headers['authorization']) },
    }),
    run: (ctx, input) => verb(ctx, input as I),
  };
}

function readPassword(authorization = ''): string | undefined {
  const [, encoded] = /^basic\s+([A-Za-z0-9+/=]{1,1024})$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const password = text.slice(text.indexOf(':') + 1);
  return password === '' ? undefined : password;
}
