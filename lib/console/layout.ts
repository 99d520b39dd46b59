import { html, raw } from 'hono/html';
import type { ConsoleAssets } from './assets.ts';
import type { Html } from './parts.ts';

export type PageFrame = {
  title: string;
  assets: ConsoleAssets;
  /** The name of the person who is signed in. */
  name?: string | undefined;
  body: Html;
};

/** Settings of htmx: no inline style and no script in attributes, and refusals are shown like answers. */
const HTMX = JSON.stringify({
  includeIndicatorStyles: false,
  allowEval: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  responseHandling: [
    { code: '204', swap: false },
    { code: '...', swap: true },
  ],
});

/** Everything comes from our own origin, and nothing is inline. */
export const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export const layout = ({ title, assets, name, body }: PageFrame): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content="${HTMX}" />
        <title>${title} · License console</title>
        <link rel="icon" href="${assets['console.svg'].path}" />
        <link rel="stylesheet" href="${assets['console.css'].path}" />
        <link rel="stylesheet" href="${assets['forms.css'].path}" />
        <script defer src="${assets['htmx.js'].path}"></script>
        <script defer src="${assets['console.js'].path}"></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <a class="brand" href="/console">License console</a>
          ${name === undefined ? '' : signedIn(name)}
        </header>
        <main id="main" tabindex="-1">${body}</main>
      </body>
    </html> `;

const signedIn = (name: string): Html => html`
  ${searchBox('')}
  <a href="/console/analytics">Analytics</a>
  <form method="post" action="/console/sign-out" class="inline">
    <span class="who">${name}</span>
    <button class="plain">Sign out</button>
  </form>
`;

/** The text is posted: a key or an e-mail address belongs in no address. */
export const searchBox = (typed: string, id = 'q'): Html => html`
  <form method="post" action="/console/find" ${id === 'q' ? raw('role="search"') : ''} class="box">
    <label class="quiet" for="${id}">Paste anything: e-mail, license key, site, order number or id</label>
    <input
      id="${id}"
      name="q"
      type="search"
      value="${typed}"
      maxlength="1024"
      required
      autocomplete="off"
      spellcheck="false"
      placeholder="Paste an e-mail, key, site, order or id"
    />
    <button>Find</button>
  </form>
`;
