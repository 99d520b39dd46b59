import { readFile } from 'node:fs/promises';
import { clientOptions, ROUTE_PATIENCE } from './aws-client.ts';
import { isPassing, Unavailable } from './outage.ts';

/** The data key is a secret when deployed, a file on one machine. */
export type DataKeySource = { secretArn: string } | { file: string };
export type ReadDataKey = (signal: AbortSignal) => Promise<Buffer>;

/** Why the data key cannot be used: it passes, a person has to mend it, or the key is not the one that the table is written under. */
export type DataKeyFault = 'away' | 'unreadable' | 'changed';

/** The data key cannot be used. None of the reasons is the caller's fault, and the caller may come back after each of them. */
export class DataKeyUnavailable extends Unavailable {
  override name = 'DataKeyUnavailable';
  readonly fault: DataKeyFault;
  constructor(fault: DataKeyFault, cause?: unknown) {
    super(FAULTS[fault].message, { cause });
    this.fault = fault;
  }
}

/** Log lines of a data key that cannot be used: `event` is what an operator searches for. */
export const FAULTS = {
  away: {
    event: 'data_key.away',
    message: 'The data key cannot be read at the moment. Calls that need it are answered with 503.',
  },
  unreadable: {
    event: 'data_key.unreadable',
    message:
      'The data key cannot be read until somebody mends it: its secret is missing or empty, or this function may not read it. Calls that need it are answered with 503.',
  },
  changed: {
    event: 'data_key.changed',
    message:
      'The data key is not the one that this table is written under. Nothing is sealed or opened until the secret has its old value again; calls that need it are answered with 503.',
  },
} as const satisfies Record<DataKeyFault, { event: string; message: string }>;

export function openDataKey(source: DataKeySource | undefined, region: string): ReadDataKey {
  if (source === undefined)
    return () => Promise.reject(new Error('neither DATA_KEY_SECRET_ARN nor DATA_KEY_FILE is set'));
  return 'file' in source
    ? (signal) => readFile(source.file, { signal })
    : (signal) => readSecret(source.secretArn, region, signal);
}

/** With a client of its own: the next look-up, if there is one, comes after minutes or hours, when a kept connection is long dead. */
async function readSecret(SecretId: string, region: string, abortSignal: AbortSignal): Promise<Buffer> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient(clientOptions({ region }, ROUTE_PATIENCE));
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }), { abortSignal });
    if (SecretString === undefined) throw new Error('the secret of the data key is empty');
    return Buffer.from(SecretString);
  } finally {
    client.destroy();
  }
}

/** What Secrets Manager answers with 400 though it passes, beside what every service does: throttling, and trouble that it or KMS has. */
const PASSING =
  /^(?:DecryptionFailure|InternalService\w*|\w*Throttl\w*|Dependency\w*|KMS(?:Internal|Throttl|Unavailable)\w*|KeyUnavailable\w*)$/;

export function isPassingFault(error: unknown): boolean {
  return error instanceof Unavailable || isPassing(error) || (error instanceof Error && PASSING.test(error.name));
}
