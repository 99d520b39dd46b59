import { html } from 'hono/html';
import { routePath } from 'hono/route';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Runtime } from '../context.ts';
import { redact } from '../domain/redact.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { isTemporary } from '../dynamo/retrying.ts';
import { uptimeMs } from '../process/clock.ts';
import type { ConsoleAssets } from './assets.ts';
import type { PageContext } from './call.ts';
import { CONSOLE_POLICY, layout } from './layout.ts';
import type { Html } from './parts.ts';

/** The page of an address with nothing, or with nothing that the person may see. */
export const NOTHING_HERE = 'There is nothing at this address. Paste what you look for into the box.';

export type Shell = { assets: ConsoleAssets };

/** A page in the frame of the console, with the name of the person who is signed in. */
export async function sendPage(
  c: PageContext,
  { assets }: Shell,
  { title, body }: { title: string; body: Html },
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const name = (c.get('person') as { name: string } | undefined)?.name;
  return c.html(await layout({ title, assets, name, body }), status);
}

type Around = { title?: string; link?: readonly [address: string, text: string]; more?: Html };

/** A page that says in one sentence what is so and what to do. */
export function problemPage(
  c: PageContext,
  shell: Shell,
  status: ContentfulStatusCode,
  sentence: string,
  { title = 'Not possible', link = ['/console', 'To the console'], more = html`` }: Around = {},
): Promise<Response> {
  const [address, text] = link;
  const body = html`<section class="${status === 200 ? 'done' : 'problem'}">
    <h1>${title}</h1>
    <p role="alert">${sentence}</p>
    ${more}
    <p><a href="${address}">${text}</a></p>
    <p class="quiet">Request <code>${c.get('requestId')}</code></p>
  </section>`;
  return sendPage(c, shell, { title, body }, status);
}

/** Sends a page that was made, or the one of an address with nothing. */
export const sendMade = (
  c: PageContext,
  shell: Shell,
  made: { title: string; body: Html } | Refusal,
  status?: ContentfulStatusCode,
): Promise<Response> => (isRefusal(made) ? problemPage(c, shell, 404, NOTHING_HERE) : sendPage(c, shell, made, status));

/** The table may have answered without its answer arriving. A form's token or version keeps it from a second effect. */
const MAY_BE_DONE = 'It may have done what you sent. Send it again in a moment: that does it no more than once.';

/** The page for an unavailable table or identity provider says so and keeps what was typed. */
export async function unavailablePage(
  c: PageContext,
  shell: Shell,
  error: Error,
  opened: () => { runtime: Runtime },
): Promise<Response> {
  const isPassing = isTemporary(error);
  if (!isPassing)
    opened().runtime.logger.error({
      event: 'call.failed',
      message: 'unexpected error',
      request_id: c.get('requestId'),
      route: routePath(c),
      error: { name: error.name, message: redact(error.message), stack: redact(String(error.stack)) },
    });
  const sentence = isPassing
    ? `The service cannot answer at the moment. ${c.get('isOwnForm') ? MAY_BE_DONE : 'Try again in a moment.'}`
    : 'Something went wrong on our side. Tell the platform team the request id.';
  const title = isPassing ? 'Not available' : 'Something went wrong';
  const more = c.get('isOwnForm') ? await keptForm(c) : html``;
  if (isPassing) c.header('retry-after', '5');
  return problemPage(c, shell, isPassing ? 503 : 500, sentence, { title, more, link: [c.req.path, 'Try again'] });
}

/** The typed texts, in a form that sends them again. */
async function keptForm(c: PageContext): Promise<Html> {
  const fields = Object.entries(await c.req.parseBody()).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return html`<form method="post" action="${c.req.path}" class="act">
    ${fields.map(([name, value]) =>
      name === 'once' || name === 'version' || name.endsWith('_id')
        ? html`<input type="hidden" name="${name}" value="${value}" />`
        : html`<label>${name.replaceAll('_', ' ')}${typedField(name, value)}</label>`,
    )}
    <div><button>Send again</button></div>
  </form>`;
}

/** An input drops line breaks, and so would send the rows of an import as one. A text area drops only a first one. */
const typedField = (name: string, value: string): Html =>
  /[\r\n]/.test(value)
    ? html`<textarea name="${name}" rows="6">${'\n'}${value}</textarea>`
    : html`<input type="text" name="${name}" value="${value}" />`;

/** Headers on every answer of the console. */
export function securityHeaders(c: PageContext): void {
  c.header('strict-transport-security', 'max-age=63072000; includeSubDomains; preload');
  c.header('x-content-type-options', 'nosniff');
  c.header('x-frame-options', 'DENY');
  c.header('referrer-policy', 'same-origin');
  c.header('cross-origin-opener-policy', 'same-origin');
  c.header('content-security-policy', CONSOLE_POLICY);
  c.header('x-request-id', c.get('requestId'));
  if (c.res.headers.get('cache-control') === null) c.header('cache-control', 'no-store');
}

/** One line for each page, with its route and never its address, which may name a site. */
export function logPage(c: PageContext, runtime: Runtime, startedMs: number): void {
  runtime.logger.info({
    event: 'call.answered',
    route: `${c.req.method} ${routePath(c, -1)}`,
    request_id: c.get('requestId'),
    status: c.res.status,
    ms: Math.round(uptimeMs() - startedMs),
  });
  runtime.metrics.flush();
}
