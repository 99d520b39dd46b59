import { maskSecret } from './mask.ts';
import type { Scope } from './scopes.ts';
import type { Credential } from './credential.ts';

/** A secret in an answer: its path in the body, its whole text, and the scope that may always see it. */
export type Secret = { at: readonly string[]; text: string; scope?: Scope };

export const licenseKeySecret = (text: string, ...at: string[]): Secret => ({
  at,
  text,
  scope: 'license_keys:reveal',
});

/**
 * A secret's text as a caller sees it, in a new answer or a stored one: in full with the secret's scope, and to the
 * caller whose call made it.
 */
export function shownSecret(
  { scopes }: Pick<Credential, 'scopes'>,
  { text, scope }: Pick<Secret, 'text' | 'scope'>,
  isMaker = false,
): string {
  return isMaker || (scope !== undefined && scopes.includes(scope)) ? text : maskSecret(text);
}

/** The credential itself: a token is different from its API key, and from other tokens of that key. */
export const identifyMaker = ({ id, token }: Pick<Credential, 'id' | 'token'>): string => token ?? id;

/** Masks a stored answer's body for a caller who was not the first to get it, by the caller's present scopes. */
export function bodySeenBy<T>(credential: Pick<Credential, 'scopes'>, body: T, secret: Secret): T {
  return withText(body, secret.at, shownSecret(credential, secret)) as T;
}

function withText(body: unknown, [name, ...rest]: readonly string[], text: string): unknown {
  if (name === undefined) return text;
  const fields = body as Record<string, unknown>;
  return { ...fields, [name]: withText(fields[name], rest, text) };
}
