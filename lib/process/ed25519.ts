import { createPrivateKey, type KeyObject } from 'node:crypto';
import { computeKid } from '../domain/compact-jws.ts';
import { randomBytes } from './random.ts';

/** A key pair as it is stored (RFC 8037 §2): `x` is the public half and `d` the private one, in base64url. */
export type KeyPair = { kid: string; x: string; d: string };

/** The beginning of a private key in PKCS #8 (RFC 8410 §7); its 32 bytes follow. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEED_BYTES = 32;

export const openPrivateKey = ({ d }: Pick<KeyPair, 'd'>): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.from(d, 'base64url')]), format: 'der', type: 'pkcs8' });

export function newKeyPair(): KeyPair {
  const d = randomBytes(SEED_BYTES).toString('base64url');
  const x = String(openPrivateKey({ d }).export({ format: 'jwk' }).x);
  return { kid: computeKid(x), x, d };
}
