import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/** The console's cookies. The sign-in's lives while the browser is at the identity provider. */
const NAMES = { session: 'console', signIn: 'console-sign-in' } as const;
export type CookieName = keyof typeof NAMES;

const SIGN_IN_S = 600;
const OPTIONS = { path: '/', httpOnly: true, sameSite: 'Lax' } as const;

/** The prefix keeps other hosts, and pages without TLS, from setting the cookies of a console on HTTPS. */
const nameOf = (name: CookieName, isSecure: boolean): string => (isSecure ? `__Host-${NAMES[name]}` : NAMES[name]);

export const readCookie = (c: Context, name: CookieName, isSecure: boolean): string | undefined =>
  getCookie(c, nameOf(name, isSecure));

/** A session's cookie ends with the browser; the session itself ends at the server. */
export function writeCookie(c: Context, name: CookieName, value: string, isSecure: boolean): void {
  const maxAge = name === 'signIn' ? { maxAge: SIGN_IN_S } : {};
  setCookie(c, nameOf(name, isSecure), value, { ...OPTIONS, secure: isSecure, ...maxAge });
}

export function dropCookie(c: Context, name: CookieName, isSecure: boolean): void {
  deleteCookie(c, nameOf(name, isSecure), { ...OPTIONS, secure: isSecure });
}
