import { maskSecret } from './mask.ts';
import type { Scope } from './scopes.ts';
import type { Credential } from './credential.ts';

/**
 * A secret that an answer shows: where in the body it stands, its whole text, and the scope that sees it whoever made
 * it.
 */
export type Secret = { at: readonly string[]; text: string; scope?: Scope };

const REVEALS = 'license_keys:reveal';

/** A license key's text in an answer: in full with the scope for that, and to whom `made` it by this very call. */
export function keyTextFor({ scopes }: Pick<Credential, 'scopes'>, text: string, made = false): string {
  return made || scopes.includes(REVEALS) ? text : maskSecret(text);
}

export const licenseKeySecret = (text: string, ...at: string[]): Secret => ({ at, text, scope: REVEALS });

/** The credential itself: a token is another one than its API key, and than other tokens of that key. */
export const makerOf = ({ id, token }: Pick<Credential, 'id' | 'token'>): string => token ?? id;

/** A stored answer's body as somebody sees it who did not get it first: by the scopes held now. */
export function bodySeenBy<T>({ scopes }: Pick<Credential, 'scopes'>, body: T, { at, text, scope }: Secret): T {
  const seen = scope !== undefined && scopes.includes(scope);
  return withText(body, at, seen ? text : maskSecret(text)) as T;
}

function withText(body: unknown, [name, ...rest]: readonly string[], text: string): unknown {
  if (name === undefined) return text;
  const fields = body as Record<string, unknown>;
  return { ...fields, [name]: withText(fields[name], rest, text) };
}
