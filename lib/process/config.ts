import { bucket, files, historyBucket } from '../buckets.ts';
import { deadLetters } from '../dead-letters.ts';
import { bus, nightlyAudit, QUEUE_ENDPOINT_VARIABLE, queues } from '../jobs.ts';
import type { Credentials } from './signature.ts';

/** Only this file reads the environment. A missing variable is reported by name when a container starts. */
/** The data key and the signing keys are secrets when deployed, files on one machine. */
export type SecretSource =
  | {
      kind: 'secret';
      secretArn: string;
      /** Set on one machine only, by the name that the AWS SDKs read too. */
      endpoint: string | undefined;
    }
  | { kind: 'file'; file: string };

export type Config = {
  stage: string;
  tableName: string;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Set on one machine only; a deployed function uses the region's own endpoint. */
  endpoint: string | undefined;
  region: string;
  /**
   * The location of the data key: a secret's ARN when deployed, a file on one machine, nowhere in functions that
   * encrypt nothing.
   */
  dataKey: SecretSource | undefined;
};

/** Ordered from the most to the least detailed. */
export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'] as const;

export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const tableName = given(env, 'TABLE_NAME');
  return {
    // Features of the one-machine service depend on its stage name, so it must be given.
    stage: env['STAGE'] ?? 'unnamed',
    tableName,
    logLevel: LOG_LEVELS.find((level) => level === env['LOG_LEVEL']) ?? 'INFO',
    endpoint: env['DYNAMODB_ENDPOINT'],
    region: regionIn(env),
    dataKey: secretIn(env, 'DATA_KEY'),
  };
}

/** A secret by the variables `NAME_SECRET_ARN` and `NAME_FILE`. */
function secretIn(
  env: NodeJS.ProcessEnv,
  name: 'DATA_KEY' | 'SIGNING_KEYS' | 'CANARY' | 'CONSOLE_CLIENT',
): SecretSource | undefined {
  const secretArn = env[`${name}_SECRET_ARN`];
  const file = env[`${name}_FILE`];
  if (secretArn !== undefined) return { kind: 'secret', secretArn, endpoint: env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] };
  return file === undefined ? undefined : { kind: 'file', file };
}

/** The settings of a function that signs proofs; undefined in one that signs none. */
export function readProofConfig(
  env: NodeJS.ProcessEnv = process.env,
): { baseUrl: string; region: string; signingKeys: SecretSource } | undefined {
  const baseUrl = env['BASE_URL'];
  const signingKeys = secretIn(env, 'SIGNING_KEYS');
  return baseUrl === undefined || signingKeys === undefined
    ? undefined
    : { baseUrl, region: regionIn(env), signingKeys };
}

/** The settings of the canary: the service as others reach it, and the secret with its license. */
export function readCanaryConfig(env: NodeJS.ProcessEnv = process.env): {
  baseUrl: string;
  region: string;
  secret: SecretSource;
} {
  const secret = secretIn(env, 'CANARY');
  if (secret === undefined) throw new Error('neither CANARY_SECRET_ARN nor CANARY_FILE is set');
  return { baseUrl: given(env, 'BASE_URL'), region: regionIn(env), secret };
}

/** The root keys: keys of KMS when deployed, a file on one machine. The first one signs. */
export type RootSource =
  { kind: 'kms'; keyArns: readonly string[]; endpoint: string | undefined } | { kind: 'file'; file: string };

/** The settings of the code that makes signing keys and the key set. */
export type KeySetConfig = { region: string; signingKeys: SecretSource; roots: RootSource };

export function readKeySetConfig(env: NodeJS.ProcessEnv = process.env): KeySetConfig {
  const signingKeys = secretIn(env, 'SIGNING_KEYS');
  const file = env['ROOT_KEYS_FILE'];
  if (signingKeys === undefined) throw new Error('neither SIGNING_KEYS_SECRET_ARN nor SIGNING_KEYS_FILE is set');
  const roots: RootSource =
    file === undefined
      ? { kind: 'kms', keyArns: given(env, 'ROOT_KEY_ARNS').split(','), endpoint: env['AWS_ENDPOINT_URL_KMS'] }
      : { kind: 'file', file };
  return { region: regionIn(env), signingKeys, roots };
}

/** The trace of the present call, which Lambda puts into the environment before each call; undefined on one machine. */
export function readTraceId(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return /Root=(1-[0-9a-f]{8}-[0-9a-f]{24})/.exec(env['_X_AMZN_TRACE_ID'] ?? '')?.[1];
}

/** The published version of the function that runs; undefined on one machine. */
export const readFunctionVersion = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  env['AWS_LAMBDA_FUNCTION_VERSION'];

/** True in a second region, which answers from a replica of the table and never writes to it. */
export const isReadRegion = (env: NodeJS.ProcessEnv = process.env): boolean => env['READ_REGION'] === 'true';

export const hasEdge = (env: NodeJS.ProcessEnv = process.env): boolean => env['ORIGIN_SECRETS'] !== undefined;

/** True while an edge is introduced: calls that go past it are answered too. */
export const isOriginOpen = (env: NodeJS.ProcessEnv = process.env): boolean => env['ORIGIN_OPEN'] === 'true';

/** The secrets by which a call shows that it came through the edge. Without a single one nobody is let in. */
export const readOriginSecrets = (env: NodeJS.ProcessEnv = process.env): readonly string[] =>
  (env['ORIGIN_SECRETS'] ?? '').split(',').filter((secret) => secret !== '');

/** The relay's settings beside the table: the bus, and the queue for entries that it cannot send. */
export type EventsConfig = {
  region: string;
  busName: string;
  /** Set on one machine only. */
  busEndpoint: string | undefined;
  /** The local queue's own address on one machine, which the SDK then calls. */
  asideQueueUrl: string;
};

export function readEventsConfig(env: NodeJS.ProcessEnv = process.env): EventsConfig {
  return {
    region: regionIn(env),
    busName: given(env, bus.variables.name),
    busEndpoint: env[bus.variables.endpoint],
    asideQueueUrl: given(env, deadLetters.relay.variable),
  };
}

/** The settings of the webhook functions beside the table. */
export type WebhooksConfig = {
  region: string;
  /** First attempts, in order. */
  firstQueueUrl: string;
  /** Retries due within 15 minutes, deliveries that the sweep finds, and redeliveries. */
  retryQueueUrl: string;
  /** Set on one machine only. */
  queueEndpoint: string | undefined;
};

export function readWebhooksConfig(env: NodeJS.ProcessEnv = process.env): WebhooksConfig {
  return {
    region: regionIn(env),
    firstQueueUrl: given(env, queues['webhook-first'].variable),
    retryQueueUrl: given(env, queues['webhook-retries'].variable),
    queueEndpoint: env[QUEUE_ENDPOINT_VARIABLE],
  };
}

/** The settings of the functions of imports beside the table. */
export type ImportsConfig = {
  region: string;
  bucket: string;
  queueUrl: string;
  /** Set on one machine only. */
  filesEndpoint: string | undefined;
  queueEndpoint: string | undefined;
};

export function readImportsConfig(env: NodeJS.ProcessEnv = process.env): ImportsConfig {
  return {
    region: regionIn(env),
    bucket: given(env, files.variables.bucket),
    queueUrl: given(env, queues.imports.variable),
    filesEndpoint: env[files.variables.endpoint],
    queueEndpoint: env[QUEUE_ENDPOINT_VARIABLE],
  };
}

/** The settings of the nightly audit beside the table. */
export type NightConfig = {
  region: string;
  queueUrl: string;
  /** Set on one machine only. */
  queueEndpoint: string | undefined;
  /** The rights to a whole table. */
  segments: number;
};

export function readNightConfig(env: NodeJS.ProcessEnv = process.env): NightConfig {
  return {
    region: regionIn(env),
    queueUrl: given(env, queues.audit.variable),
    queueEndpoint: env[QUEUE_ENDPOINT_VARIABLE],
    segments: Number(given(env, nightlyAudit.segmentsVariable)),
  };
}

/** The metrics of calls by brand. `endpoint` is set on one machine only. */
export type BrandCallsConfig = { region: string; namespace: string; endpoint: string | undefined };

/** Undefined in a stage that does not keep them. */
export function readBrandCallsConfig(env: NodeJS.ProcessEnv = process.env): BrandCallsConfig | undefined {
  const namespace = env['BRAND_CALLS_NAMESPACE'];
  if (namespace === undefined) return undefined;
  return { region: regionIn(env), namespace, endpoint: env['BRAND_CALLS_ENDPOINT'] };
}

/** A private bucket. `endpoint` is set on one machine only, where a folder stands behind the same URLs. */
export type BucketAddress = { region: string; bucket: string; endpoint: string | undefined };

/** The bucket of packages. */
export function readBucketConfig(env: NodeJS.ProcessEnv = process.env): BucketAddress {
  const { name, endpoint } = bucket.variables;
  return { region: regionIn(env), bucket: given(env, name), endpoint: env[endpoint] };
}

/** The bucket of archived histories, in which a copy has its objects late; undefined in a function without access. */
export function readHistoryConfig(env = process.env): (BucketAddress & { isCopy: boolean }) | undefined {
  const { bucket: variable, endpoint, isCopy } = historyBucket.variables;
  const name = env[variable];
  if (name === undefined || name === '') return undefined;
  return { region: regionIn(env), bucket: name, endpoint: env[endpoint], isCopy: env[isCopy] === 'true' };
}

/** After so many months the history of a cancelled license is archived; undefined where it never is. */
export function readArchiveAfterMonths(env: NodeJS.ProcessEnv = process.env): number | undefined {
  const months = env[historyBucket.variables.afterMonths];
  return months === undefined || months === '' ? undefined : Number(months);
}

/** The queue of sweep calls that Lambda could not deliver; undefined on one machine, which has none. */
export function readMissedCallsConfig(env: NodeJS.ProcessEnv): { region: string; queueUrl: string | undefined } {
  const queueUrl = env[deadLetters.sweep.variable];
  return { region: regionIn(env), queueUrl: queueUrl === '' ? undefined : queueUrl };
}

/** The identity provider of the console, and the names of its groups. */
export type ConsoleConfig = {
  issuer: string;
  clientId: string;
  /** Undefined for a client without a secret, whose codes PKCE protects. */
  clientSecret: SecretSource | undefined;
  region: string;
  /** The claim of an ID token that lists a person's groups. */
  groupsClaim: string;
  groups: { support: string; brand_admin: string; platform: string };
};

/** Undefined in a stage without a console. */
export function readConsoleConfig(env: NodeJS.ProcessEnv = process.env): ConsoleConfig | undefined {
  const issuer = env['CONSOLE_ISSUER'];
  if (issuer === undefined || issuer === '') return undefined;
  return {
    issuer,
    clientId: given(env, 'CONSOLE_CLIENT_ID'),
    clientSecret: secretIn(env, 'CONSOLE_CLIENT'),
    region: regionIn(env),
    groupsClaim: given(env, 'CONSOLE_GROUPS_CLAIM'),
    groups: {
      support: given(env, 'CONSOLE_SUPPORT_GROUP'),
      brand_admin: given(env, 'CONSOLE_BRAND_ADMIN_GROUP'),
      platform: given(env, 'CONSOLE_PLATFORM_GROUP'),
    },
  };
}

const regionIn = (env: NodeJS.ProcessEnv): string => env['AWS_REGION'] ?? 'eu-west-1';

function given(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** The credentials that Lambda puts into the environment; fixed values if the local engine wants some. */
export function readCredentials(env: NodeJS.ProcessEnv = process.env): Credentials {
  const sessionToken = env['AWS_SESSION_TOKEN'];
  return {
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? 'local',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? 'local',
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

/** Secrets that a person gives the command line outside of a command. */
export type AdminConfig = { apiKey: string | undefined; url: string | undefined; region: string };

export function readAdminConfig(env: NodeJS.ProcessEnv = process.env): AdminConfig {
  const filled = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  return {
    apiKey: filled('CLS_API_KEY'),
    url: filled('CLS_URL'),
    region: filled('AWS_REGION') ?? filled('AWS_DEFAULT_REGION') ?? 'eu-west-1',
  };
}

/** The secrets that a receiver on this machine checks messages with. */
export function readReceiverConfig(env: NodeJS.ProcessEnv = process.env): { secrets: string[] } {
  return { secrets: (env['WEBHOOK_SECRET'] ?? '').split(/\s+/).filter((secret) => secret !== '') };
}
