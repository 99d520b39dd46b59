import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import type { Endpoint } from '../api/route.ts';
import { markup } from './api-page/markup.ts';
import type { Binding } from './binding.ts';
import type { Page } from './respond.ts';

type Find<I> = (ctx: Context, input: I) => Promise<{ url: string } | Refusal>;

type Verb<I> = (ctx: Context, input: I) => Promise<Page | Refusal>;

/** The page that leads to the address that is found. */
export const redirectTo =
  <I>(find: Find<I>): Verb<I> =>
  async (ctx, input) => {
    const found = await find(ctx, input);
    if (isRefusal(found)) return found;
    return {
      kind: 'page',
      status: 302,
      page: `${markup`<!doctype html><title>Download</title><a href="${found.url}">Download</a>`.html}\n`,
      contentType: 'text/html; charset=utf-8',
      headers: { location: found.url },
    };
  };

/** Binds a route that leads to another address. */
export function bindRedirect<I>(route: Endpoint & { auth: 'none' }, find: Find<I>): Binding {
  const run = redirectTo(find);
  return { route, run: (ctx, input) => run(ctx, input as I) };
}
