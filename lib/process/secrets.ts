import { readFile, rename, writeFile } from 'node:fs/promises';
import { openAwsJson } from './aws-json.ts';
import { readCredentials, type SecretSource } from './config.ts';
import { randomUuid } from './random.ts';
import type { Credentials } from './signature.ts';

/** One secret: in Secrets Manager when deployed, a file on one machine. */
export type SecretStore = {
  read: (signal: AbortSignal) => Promise<Buffer>;
  write: (text: string, signal: AbortSignal) => Promise<void>;
};

const SECRETS_MANAGER = { name: 'secretsmanager', target: 'secretsmanager', jsonVersion: '1.1' } as const;

/** Without the SDK, whose core would be half of every function. */
export function openSecret(
  source: SecretSource,
  region: string,
  credentials: () => Credentials = readCredentials,
): SecretStore {
  if (source.kind === 'file') return openSecretFile(source.file);
  const { endpoint, secretArn: SecretId } = source;
  const call = openAwsJson(SECRETS_MANAGER, { region, endpoint, credentials, keepsConnections: false });
  return {
    read: async (signal) => {
      const { SecretString } = (await call('GetSecretValue', { SecretId }, signal)) as { SecretString?: string };
      if (SecretString === undefined) throw new Error('the secret is empty');
      return Buffer.from(SecretString);
    },
    write: async (SecretString, signal) => {
      // One for all attempts. Secrets Manager refuses a write without it, which the SDK would add.
      const ClientRequestToken = randomUuid();
      await call('PutSecretValue', { SecretId, SecretString, ClientRequestToken }, signal);
    },
  };
}

/** Replaces the file in one step, so that nobody reads half of it. */
function openSecretFile(file: string): SecretStore {
  return {
    read: (signal) => readFile(file, { signal }),
    write: async (text, signal) => {
      const draft = `${file}.${process.pid}`;
      await writeFile(draft, text, { mode: 0o600, signal });
      await rename(draft, file);
    },
  };
}
