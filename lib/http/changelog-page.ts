import type { Context } from '../context.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { Endpoint } from '../api/route.ts';
import { markup, NOTHING, type Markup } from './api-page/markup.ts';
import { apiPagePolicy } from './api-page/page.ts';
import type { Binding } from './binding.ts';

type Changelog = { name: string; version: string | null; published_at: string | null; html: string };

type Read<I> = (ctx: Context, input: I) => Promise<Changelog | Refusal>;

/** Binds a route that shows a changelog as a plain page, under the policy of the API page. */
export function bindChangelog<I>(route: Endpoint & { auth: 'none' }, read: Read<I>): Binding {
  return {
    route,
    run: async (ctx, input) => {
      const changelog = await read(ctx, input as I);
      if (isRefusal(changelog)) return changelog;
      return {
        kind: 'page',
        status: 200,
        page: changelogPage(changelog),
        contentType: 'text/html; charset=utf-8',
        policy: apiPagePolicy,
        headers: {},
      };
    },
  };
}

function changelogPage({ name, version, published_at, html }: Changelog): string {
  // Cleaned when it was stored: it has plain tags and nothing else.
  const body: Markup = html === '' ? markup`<p>There is no changelog yet.</p>` : { html };
  const newest = version === null ? NOTHING : markup`<p>Version ${version}, ${String(published_at).slice(0, 10)}</p>\n`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Changelog of ${name}</title>
</head>
<body>
<h1>Changelog of ${name}</h1>
${newest}${body}
</body>
</html>
`.html;
}
