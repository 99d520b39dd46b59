import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Hono, type MiddlewareHandler } from 'hono';
import type { Runtime } from '../context.ts';
import { uptimeMs } from '../process/clock.ts';
import { readRequestId } from '../http/respond.ts';
import { readFileRequest } from '../http/api-page/encoded-file.ts';
import { actHandler } from './act-handler.ts';
import { analyticsPage } from './analytics-page.ts';
import { openConsoleAssets } from './assets.ts';
import { actOnBrand, showBrand, showList, showThing } from './brand-handlers.ts';
import { enterBrand, findOwner, readBrands } from './brands.ts';
import { openCall, readOrigin, type Call, type ConsoleEnv, type PageContext } from './call.ts';
import { readCookie } from './cookies.ts';
import { customerFile } from './customer-file.ts';
import { findPage, homePage } from './find-page.ts';
import { MOST_TYPED } from './forms.ts';
import { NOUN_PAGES } from './noun-pages.ts';
import { changeBrand, makeBrand } from './platform-handlers.ts';
import { isSameOrigin } from './origin.ts';
import {
  logPage,
  NOTHING_HERE,
  problemPage,
  sendMade,
  securityHeaders,
  unavailablePage,
  type Shell,
} from './respond.ts';
import { readPerson } from './session.ts';
import { callback, signIn, signOut, sessionContext } from './sign-in.ts';

/** The parts of a container. Undefined `settings` is a stage without a console. */
export type ConsoleParts = {
  runtime: Runtime;
  settings: Pick<Call, 'config' | 'provider'> | undefined;
};

/** The largest form: an area full of characters of nine bytes each (`%E4%BD%A0`), and the other fields. */
const MAX_FORM_BYTES = 9 * MOST_TYPED + 32 * 1024;

/**
 * The console: pages made on the server, by the verbs of the API with a person as their actor. `open` is called at the
 * first request, so that a missing setting is answered like any other fault.
 */
export function buildConsole(open: () => ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const assets = openConsoleAssets();
  const shell: Shell = { assets };
  let parts: ConsoleParts | undefined;
  const opened = (): ConsoleParts => {
    parts ??= open();
    return parts;
  };
  app.onError((error, c) => unavailablePage(c, shell, error, opened));
  app.notFound((c) => problemPage(c, shell, 404, NOTHING_HERE));
  app.use(async (c, next) => {
    const startedMs = uptimeMs();
    c.set('requestId', await readRequestId(c.env.event));
    c.set('isOwnForm', false);
    await next();
    securityHeaders(c);
    logPage(c, opened().runtime, startedMs);
  });
  app.get('/console/assets/:file', (c) => {
    const asset = Object.values(assets).find(({ path }) => path === c.req.path);
    if (asset === undefined) return c.notFound();
    const { status, page, contentType, headers } = asset.serve(readFileRequest(c.env.event));
    if (status === 304) return c.body(null, status, headers);
    return c.body(new Uint8Array(Buffer.from(page)), status, { ...headers, 'content-type': contentType });
  });
  addGuards(app, shell, opened);
  addPages(app, shell);
  return app;
}

/** The gateway hands over forms in base64, which is longer than what was sent. */
const formBytes = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): number =>
  Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');

/** Opens the call, and refuses a form that another page sent or that is too long. */
const openPage =
  (shell: Shell, opened: () => ConsoleParts): MiddlewareHandler<ConsoleEnv> =>
  async (c, next) => {
    const { runtime, settings } = opened();
    if (settings === undefined) return problemPage(c, shell, 404, 'This stage has no console.');
    // Before anything that can fail: an error page shows the fields of a form, but never those of a foreign one.
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      const foreign = 'This form comes from another page. Open the console and send it from there.';
      if (!isSameOrigin(c, readOrigin(c, settings.config))) return problemPage(c, shell, 403, foreign);
      if (formBytes(c.env.event) > MAX_FORM_BYTES)
        return problemPage(c, shell, 413, 'This form is too long. Send less.');
      c.set('isOwnForm', true);
    }
    c.set('call', await openCall(c, runtime, settings));
    await next();
    return undefined;
  };

/** Lets in who is signed in. */
const requirePerson: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
  const call = c.get('call');
  const person = await readPerson(sessionContext(call), readCookie(c, 'session', call.isSecure));
  if (person === undefined) return toSignIn(c);
  c.set('person', person);
  await next();
  return undefined;
};

/** Guards every page: the origin and the length of a form, and the session. */
function addGuards(app: Hono<ConsoleEnv>, shell: Shell, opened: () => ConsoleParts): void {
  app.use('/console/*', openPage(shell, opened));
  app.get('/console/sign-in', signIn);
  app.get('/console/callback', (c) => callback(c, shell));
  app.get('/console/signed-out', (c) =>
    problemPage(c, shell, 200, 'You are signed out.', { title: 'Signed out', link: ['/console/sign-in', 'Sign in'] }),
  );
  app.post('/console/sign-out', signOut);
  app.use('/console/*', requirePerson);
}

/** A page leads to the sign-in, and comes back after it; a part of a page tells its script to do so. */
function toSignIn(c: PageContext): Response {
  const { path, method, url } = c.req;
  const here = method === 'GET' ? `${path}${new URL(url).search}` : '/console';
  const address = `/console/sign-in?${new URLSearchParams({ to: here }).toString()}`;
  if (c.req.header('hx-request') === undefined) return c.redirect(address, 303);
  return c.body(null, 401, { 'hx-redirect': address });
}

function addPages(app: Hono<ConsoleEnv>, shell: Shell): void {
  app.get('/console', (c) => homePage(c, shell));
  app.get('/console/brands/:slug', showBrand(shell));
  app.get('/console/brands/:slug/:noun', showList(shell));
  app.get('/console/brands/:slug/:noun/:id', showThing(shell));
  app.post('/console/brands/create', makeBrand(shell));
  app.post('/console/brands/:slug/:act', changeBrand(shell));
  app.post('/console/brands/:slug/:noun/:act', actOnBrand(shell));
  app.post('/console/brands/:slug/:noun/:id/:act', actOnBrand(shell));
  app.get('/console/analytics', (c) => analyticsPage(c, shell));
  app.get('/console/customers/:id/export', (c) => customerFile(c, shell));
  app.post('/console/find', (c) => findPage(c, shell));
  for (const [noun, page] of Object.entries(NOUN_PAGES)) {
    app.get(`/console/${noun}/:id`, async (c) => {
      const call = c.get('call');
      const person = c.get('person');
      const id = c.req.param('id').toLowerCase();
      const found = await findOwner(call, await readBrands(call, person), id);
      if (found === undefined) return problemPage(c, shell, 404, NOTHING_HERE);
      const ctx = enterBrand(call, person, found.own);
      const made = await page({ call, person, own: found.own, ctx, id, query: c.req.query() });
      return sendMade(c, shell, made);
    });
  }
  app.post('/console/:noun/:id/:act', actHandler(shell));
}
