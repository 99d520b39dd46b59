import { sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { computeKid } from '../domain/compact-jws.ts';
import { required } from '../domain/invariant.ts';
import { openAwsJson } from './aws-json.ts';
import { readCredentials, type RootSource } from './config.ts';
import { openPrivateKey, type KeyPair } from './ed25519.ts';
import type { Credentials } from './signature.ts';

export type RootKey = { kid: string; x: string };

/** The root keys that clients pin. The first one signs; the other is a spare. */
export type RootKeys = {
  list: (signal: AbortSignal) => Promise<RootKey[]>;
  sign: (input: string, signal: AbortSignal) => Promise<Buffer>;
};

const KMS = { name: 'kms', target: 'TrentService', jsonVersion: '1.1' } as const;
/** The public key ends the 44 bytes of its form (RFC 8410 §4). */
const PUBLIC_BYTES = 32;

export function openRootKeys(
  source: RootSource,
  region: string,
  credentials: () => Credentials = readCredentials,
): RootKeys {
  if (source.kind === 'file') return openRootFile(source.file);
  const { keyArns, endpoint } = source;
  const call = openAwsJson(KMS, { region, endpoint, credentials, keepsConnections: false });
  const publicKey = async (KeyId: string, signal: AbortSignal): Promise<RootKey> => {
    const { PublicKey } = (await call('GetPublicKey', { KeyId }, signal)) as { PublicKey: string };
    const x = Buffer.from(PublicKey, 'base64').subarray(-PUBLIC_BYTES).toString('base64url');
    return { kid: computeKid(x), x };
  };
  return {
    list: (signal) => Promise.all(keyArns.map((arn) => publicKey(arn, signal))),
    sign: async (input, signal) => {
      // RAW: KMS signs the text itself. The prehashed form is another algorithm, which no client verifies.
      const Message = Buffer.from(input).toString('base64');
      const request = { KeyId: keyArns[0], Message, MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' };
      const { Signature } = (await call('Sign', request, signal)) as { Signature: string };
      return Buffer.from(Signature, 'base64');
    },
  };
}

function openRootFile(file: string): RootKeys {
  const read = async (signal: AbortSignal): Promise<KeyPair[]> =>
    JSON.parse(await readFile(file, { encoding: 'utf8', signal })) as KeyPair[];
  return {
    list: async (signal) => (await read(signal)).map(({ kid, x }) => ({ kid, x })),
    sign: async (input, signal) => {
      const [first] = await read(signal);
      return sign(null, Buffer.from(input), openPrivateKey(required(first, `${file} has no root key`)));
    },
  };
}
