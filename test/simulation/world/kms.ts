import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { NotSimulated } from '../engine/errors.ts';

/** The beginning of a private key of Ed25519 in PKCS #8 (RFC 8410 §7); its 32 bytes follow. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ROOT = createPrivateKey({
  ...{ key: Buffer.concat([PKCS8, Buffer.alloc(32, 'root')]), format: 'der', type: 'pkcs8' },
});
const PUBLIC = createPublicKey(ROOT).export({ format: 'der', type: 'spki' }).toString('base64');

/** The key service: it has one root key, whose signatures of one text are always the same. */
export function askKms(operation: string, { Message = '' }: { Message?: string }): object {
  if (operation === 'GetPublicKey') return { PublicKey: PUBLIC };
  if (operation === 'Sign') return { Signature: sign(null, Buffer.from(Message, 'base64'), ROOT).toString('base64') };
  throw new NotSimulated(`${operation} of the key service`);
}
