import { hash, sign, type KeyObject } from 'node:crypto';

/** The kinds of text that the service signs, by the `typ` of their header. */
export const JWS_TYPES = { proof: 'license-proof+jwt', keySet: 'license-keys+jwt' } as const;
export type JwsType = (typeof JWS_TYPES)[keyof typeof JWS_TYPES];

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/**
 * The text that a signature covers (RFC 7515 §5.1). The header has exactly these members in this order: a verifier
 * builds it from the `kid` and compares the texts.
 */
export function buildSigningInput(typ: JwsType, kid: string, payload: object): string {
  return `${base64url(JSON.stringify({ alg: 'EdDSA', kid, typ }))}.${base64url(JSON.stringify(payload))}`;
}

/** The whole compact JWS. */
export const joinSignature = (input: string, signature: Buffer): string =>
  `${input}.${signature.toString('base64url')}`;

/** Signs by Ed25519 (RFC 8037). */
export const signInput = (input: string, key: KeyObject): string =>
  joinSignature(input, sign(null, Buffer.from(input), key));

/** The id of a public key: the start of its thumbprint (RFC 7638), so that one key has one id wherever it is kept. */
export function computeKid(x: string): string {
  const thumbprint = hash('sha256', `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`, 'buffer');
  return thumbprint.subarray(0, 16).toString('base64url');
}
