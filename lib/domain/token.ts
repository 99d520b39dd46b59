import * as z from 'zod/mini';
import { sameHash } from './api-key.ts';

/**
 * How long an access token lives, in seconds. A revocation of its API key ends its changes at once, and its reading
 * only then.
 */
export const TOKEN_SECONDS = 600;

/**
 * What a token says, so that nothing of the API key has to be read when something is read with it. Times are seconds
 * since 1970 (RFC 7519 §4.1).
 */
const TokenClaims = z.object({
  /** The stage that issued it. */
  iss: z.string(),
  /** The API key's id. */
  sub: z.string(),
  /** Whose key it is: a brand's key prefix, or the platform. */
  brand: z.string(),
  /** Separated by spaces (RFC 6749 §3.3). */
  scope: z.string(),
  /** One token among others of the same key (RFC 9068 §2.2). */
  jti: z.string(),
  /** The hash of the API key's text that the token was given for: finds it, and says nothing of it. */
  key_hash: z.string(),
  iat: z.int(),
  exp: z.int(),
  allowed_cidrs: z.array(z.string()),
  rate_limit_per_minute: z.nullable(z.int()),
});
export type TokenClaims = z.infer<typeof TokenClaims>;

/** HMAC-SHA-256 as base64url, under a key that nothing else is signed with. */
type Sign = (text: string) => string;

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The one header there is (RFC 9068 §2.1). A token that names another algorithm, or none, does not begin like this and is no token. */
const HEADER = encoded({ alg: 'HS256', typ: 'at+jwt' });

/** Whether a text looks like a token rather than an API key, which has no dot. */
export const looksLikeToken = (text: string): boolean => text.includes('.');

export function newToken(claims: TokenClaims, sign: Sign): string {
  const signed = `${HEADER}.${encoded(claims)}`;
  return `${signed}.${sign(signed)}`;
}

/** The claims of a token that this stage has issued and that is still good. Nothing in it is looked at before its signature holds. */
export function readToken(
  text: string,
  { sign, iss, nowMs }: { sign: Sign; iss: string; nowMs: number },
): TokenClaims | 'invalid' | 'expired' {
  const [header, body, signature, ...rest] = text.split('.');
  if (header !== HEADER || body === undefined || signature === undefined || rest.length > 0) return 'invalid';
  if (!sameHash(signature, sign(`${header}.${body}`))) return 'invalid';
  const claims = claimsIn(body);
  if (claims?.iss !== iss) return 'invalid';
  return nowMs >= claims.exp * 1000 ? 'expired' : claims;
}

function claimsIn(body: string): TokenClaims | undefined {
  try {
    return TokenClaims.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}
