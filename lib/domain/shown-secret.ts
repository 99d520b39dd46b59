import { maskSecret } from './mask.ts';
import type { Scope } from './scopes.ts';
import type { Credential } from './credential.ts';

/** A secret in an answer: its path in the body, its whole text, and the scope that may always see it. */
export type Secret = { at: readonly string[]; text: string; scope?: Scope };

const REVEALS = 'license_keys:reveal';

/**
 * A license key's text in an answer. It is shown in full with the scope for it, and to the caller whose call `made` it.
 */
export function keyTextFor({ scopes }: Pick<Credential, 'scopes'>, text: string, made = false): string {
  return made || scopes.includes(REVEALS) ? text : maskSecret(text);
}

export const licenseKeySecret = (text: string, ...at: string[]): Secret => ({ at, text, scope: REVEALS });

/** The credential itself: a token is different from its API key, and from other tokens of that key. */
export const makerOf = ({ id, token }: Pick<Credential, 'id' | 'token'>): string => token ?? id;

/** Masks a stored answer's body for a caller who was not the first to get it, by the caller's present scopes. */
export function bodySeenBy<T>({ scopes }: Pick<Credential, 'scopes'>, body: T, { at, text, scope }: Secret): T {
  const seen = scope !== undefined && scopes.includes(scope);
  return withText(body, at, seen ? text : maskSecret(text)) as T;
}

function withText(body: unknown, [name, ...rest]: readonly string[], text: string): unknown {
  if (name === undefined) return text;
  const fields = body as Record<string, unknown>;
  return { ...fields, [name]: withText(fields[name], rest, text) };
}
