import type { SecretSource } from './config.ts';
import { isPassing, Unavailable } from './outage.ts';
import { openSecret } from './secrets.ts';

export type ReadDataKey = (signal: AbortSignal) => Promise<Buffer>;

/**
 * The reason why the data key cannot be used: it is temporary, a person has to fix it, or the table was written with
 * another key.
 */
export type DataKeyFault = 'away' | 'unreadable' | 'changed';

/** The data key cannot be used. No reason is the caller's fault, and the caller may retry after each of them. */
export class DataKeyUnavailable extends Unavailable {
  override name = 'DataKeyUnavailable';
  readonly fault: DataKeyFault;
  constructor(fault: DataKeyFault, cause?: unknown) {
    super(FAULTS[fault].message, { cause });
    this.fault = fault;
  }
}

/** Log lines for a data key that cannot be used: an operator searches for `event`. */
export const FAULTS = {
  away: {
    event: 'data_key.unavailable',
    message: 'The data key cannot be read at the moment. Calls that need it are answered with 503.',
  },
  unreadable: {
    event: 'data_key.unreadable',
    message:
      'The data key cannot be read until somebody fixes it: its secret is missing or empty, or this function may not' +
      ' read it. Calls that need it are answered with 503.',
  },
  changed: {
    event: 'data_key.changed',
    message:
      'The data key is not the one that this table is written with. Nothing is encrypted or decrypted until the' +
      ' secret has its old value again; calls that need it are answered with 503.',
  },
} as const satisfies Record<DataKeyFault, { event: string; message: string }>;

export function openDataKey(source: SecretSource | undefined, region: string): ReadDataKey {
  if (source === undefined)
    return () => Promise.reject(new Error('neither DATA_KEY_SECRET_ARN nor DATA_KEY_FILE is set'));
  return openSecret(source, region).read;
}

/**
 * Temporary errors that Secrets Manager answers with 400, beside those of every service: throttling, and faults of it
 * or of KMS.
 */
const PASSING_NAMES = [
  /^DecryptionFailure$/,
  /^InternalService\w*$/,
  /^\w*Throttl\w*$/,
  /^Dependency\w*$/,
  /^KMS(?:Internal|Throttl|Unavailable)\w*$/,
  /^KeyUnavailable\w*$/,
];

export function isPassingFault(error: unknown): boolean {
  return error instanceof Unavailable || isPassing(error) || isNamedPassing(error);
}

const isNamedPassing = (error: unknown): boolean =>
  error instanceof Error && PASSING_NAMES.some((pattern) => pattern.test(error.name));
