import * as z from 'zod/mini';
import { sameHash } from './api-key.ts';

/**
 * The lifetime of an access token, in seconds. When its API key is revoked, it can change nothing at once, but can read
 * until it expires.
 */
export const TOKEN_SECONDS = 600;

/**
 * The claims of a token. They suffice for reads, so the API key is not read. Times are seconds since 1970 (RFC 7519
 * §4.1).
 */
const TokenClaims = z.object({
  /** The stage that issued it. */
  iss: z.string(),
  /** The API key's id. */
  sub: z.string(),
  /** The key's owner: a brand's key prefix, or the platform. */
  brand: z.string(),
  /** Separated by spaces (RFC 6749 §3.3). */
  scope: z.string(),
  /** Identifies the token among those of the key (RFC 9068 §2.2). */
  jti: z.string(),
  /** The hash of the API key's text that the token was issued for. It finds the key and reveals nothing of it. */
  key_hash: z.string(),
  iat: z.int(),
  exp: z.int(),
  allowed_cidrs: z.array(z.string()),
  rate_limit_per_minute: z.nullable(z.int()),
});
export type TokenClaims = z.infer<typeof TokenClaims>;

/** HMAC-SHA-256 as base64url, with a key that signs nothing else. */
type Sign = (text: string) => string;

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The only header (RFC 9068 §2.1). A token with another algorithm, or none, begins differently and is refused. */
const HEADER = encoded({ alg: 'HS256', typ: 'at+jwt' });

/** True for a text that looks like a token. An API key has no dot. */
export const looksLikeToken = (text: string): boolean => text.includes('.');

export function newToken(claims: TokenClaims, sign: Sign): string {
  const signed = `${HEADER}.${encoded(claims)}`;
  return `${signed}.${sign(signed)}`;
}

/** Parses a token that this stage issued and that is valid. It reads nothing in it before the signature is verified. */
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
