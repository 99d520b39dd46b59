import { randomBytes } from '../process/random.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { hasAnyRole, rolesInGroups } from '../domain/roles.ts';
import type { Call, PageContext } from './call.ts';
import { dropCookie, readCookie, writeCookie } from './cookies.ts';
import { SignInRefused, type SignIn } from './provider.ts';
import { problemPage, type Shell } from './respond.ts';
import { endSession, openSession, type SessionContext } from './session.ts';

const SIGN_IN_MS = 10 * MINUTE_MS;
const SECRET_BYTES = 32;
/** Pages of the console, and nothing that a browser reads as another host. */
const OWN_PAGE = /^\/console(?:[/?][\w\-./?=&%+:~]*)?$/;

export const sessionContext = ({ ctx, provider, config }: Call): SessionContext => ({
  stage: ctx.stage,
  nowMs: ctx.nowMs,
  vault: ctx.vault,
  table: ctx.table,
  provider,
  groups: config.groups,
});

const redirectUri = ({ origin }: Call): string => `${origin}/console/callback`;
const sealContext = ({ ctx }: Call): string => `console-sign-in#${ctx.stage}`;

/** Sends the browser to the identity provider. It keeps the secrets of this sign-in, encrypted. */
export async function signIn(c: PageContext): Promise<Response> {
  const call = c.get('call');
  const wanted = c.req.query('to') ?? '/console';
  const secret = (): string => randomBytes(SECRET_BYTES).toString('base64url');
  const started: SignIn = {
    state: secret(),
    nonce: secret(),
    verifier: secret(),
    returnTo: OWN_PAGE.test(wanted) ? wanted : '/console',
    startedMs: call.ctx.nowMs,
  };
  const address = await call.provider.authorizationUrl(started, redirectUri(call));
  writeCookie(c, 'signIn', call.ctx.vault.encrypt(JSON.stringify(started), sealContext(call)), call.isSecure);
  return c.redirect(address.href, 303);
}

/** Takes the browser back from the identity provider, and opens a session. */
export async function callback(c: PageContext, shell: Shell): Promise<Response> {
  const call = c.get('call');
  const again = { title: 'Sign-in failed', link: ['/console/sign-in', 'Sign in'] } as const;
  const started = readSignIn(c, call);
  dropCookie(c, 'signIn', call.isSecure);
  if (started === undefined)
    return problemPage(
      c,
      shell,
      400,
      'This sign-in is too old, or was begun in another browser. Sign in again.',
      again,
    );
  const cameBackTo = new URL(redirectUri(call));
  cameBackTo.search = new URL(c.req.url).search;
  try {
    const identity = await call.provider.finish(started, cameBackTo);
    if (!hasAnyRole(rolesInGroups(identity.groups, call.config.groups)))
      return await problemPage(
        c,
        shell,
        403,
        'You have no role in this console. Ask the platform team for one.',
        again,
      );
    await endSession(sessionContext(call), readCookie(c, 'session', call.isSecure));
    writeCookie(c, 'session', await openSession(sessionContext(call), identity), call.isSecure);
    return c.redirect(started.returnTo, 303);
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error;
    return problemPage(c, shell, 400, 'The sign-in could not be confirmed. Sign in again.', again);
  }
}

function readSignIn(c: PageContext, call: Call): SignIn | undefined {
  const sealed = readCookie(c, 'signIn', call.isSecure);
  if (sealed === undefined) return undefined;
  try {
    const started = JSON.parse(call.ctx.vault.decrypt(sealed, sealContext(call))) as SignIn;
    return call.ctx.nowMs - started.startedMs < SIGN_IN_MS ? started : undefined;
  } catch {
    return undefined;
  }
}

/** Ends the session at the server, so that a copy of its cookie is worth nothing. */
export async function signOut(c: PageContext): Promise<Response> {
  const call = c.get('call');
  await endSession(sessionContext(call), readCookie(c, 'session', call.isSecure));
  dropCookie(c, 'session', call.isSecure);
  return c.redirect('/console/signed-out', 303);
}
