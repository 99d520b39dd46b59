import { html, raw } from 'hono/html';
import { momentIn } from '../domain/moment-in.ts';

/** A piece of a page. Every text in it is escaped. */
export type Html = ReturnType<typeof html>;

/** With script, a form or link of a page replaces only the content of the page. */
export const SWAP = raw('hx-boost="true" hx-target="#main" hx-select="#main" hx-swap="outerHTML show:none"');

/** A moment in UTC; the page's script adds the viewer's own time. */
export const when = (iso: string | null, never = 'never'): Html =>
  iso === null ? html`${never}` : html`<time datetime="${iso}">${momentIn(iso)}</time>`;

export const badge = (status: string): Html =>
  html`<span class="badge ${status}">${status.replaceAll('_', ' ')}</span>`;

/** Stands in a call for a value that the page does not know. */
export const TO_FILL_IN = '…';

/** A text as one argument of a shell, which neither runs nor expands any part of it. */
export const quoteForShell = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The call of the API that does the same, to copy: its values may be a customer's, and a shell must not run them. */
export const apiCall = (
  method: string,
  path: string,
  { query = {}, body }: { query?: Readonly<Record<string, string>>; body?: object | undefined } = {},
): Html => {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${name}=${value === TO_FILL_IN ? value : encodeURIComponent(value)}`,
  );
  const address = quoteForShell(`${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`);
  const data =
    body === undefined ? '' : ` \\\n  -H 'Content-Type: application/json' -d ${quoteForShell(JSON.stringify(body))}`;
  const call = `curl -X ${method} "$BASE_URL"${address} -H "X-API-Key: $API_KEY"${data}`;
  return html`<details class="api">
    <summary>The same by the API</summary>
    <pre tabindex="0"><code>${call}</code></pre>
  </details>`;
};

/** A table with a heading for each column. Wide ones scroll within the page. */
export const table = (caption: string, headings: readonly string[], rows: readonly Html[]): Html =>
  rows.length === 0
    ? html`<p class="empty">None.</p>`
    : html`<div class="scroll" tabindex="0">
        <table>
          <caption class="quiet">
            ${caption}
          </caption>
          <thead>
            <tr>
              ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>`;

/** Text for the clipboard. Without script it can be selected. */
export const copyText = (label: string, text: string): Html =>
  html`<div class="copy">
    <label>${label}<textarea readonly rows="5">${text}</textarea></label>
    <button type="button" data-copy hidden>Copy</button>
  </div>`;

/** The link to the next page of a list; the rest of the address stays. */
export function nextPage(
  { query }: { query: Readonly<Record<string, string>> },
  name: string,
  cursor: string | null,
  text: string,
): Html {
  if (cursor === null) return html``;
  const { done: _done, activation: _activation, ...kept } = query;
  return html`<p><a ${SWAP} href="?${new URLSearchParams({ ...kept, [name]: cursor }).toString()}">${text}</a></p>`;
}

export const plural = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
