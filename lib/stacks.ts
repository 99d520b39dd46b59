import { historyBucket } from './buckets.ts';
import { deadLetters } from './dead-letters.ts';
import { bus } from './jobs.ts';

/** The stacks of a stage, in the order in which they are deployed: each may use what those before it have. */
export const stackParts = ['data', 'background', 'service', 'watch'] as const;
export type StackPart = (typeof stackParts)[number];

/** Stacks that a stage has only by a setting. */
export type OptionalStackPart = 'edge' | 'backup' | 'second' | 'health';

/** A second region keeps what it has read of the first one, which may be away when it is deployed again. */
export const keptOutput = (output: string): string => `First${output}`;

/** The output of the service stack with the health check of the first region. */
export const healthCheckOutput = 'HealthCheckId';

/** The outputs of the data stack that only a second region reads: the keys that encrypt its secrets. */
export const secondRegionOutputs = { DataKey: 'DataKeyKmsArn', SigningKeys: 'SigningKeysKmsArn' } as const;

export const stackName = (stage: string, part: StackPart | OptionalStackPart): string =>
  `license-service-${stage}-${part}`;

/** The secret with the license of the canary, which a command writes. */
export const canary = {
  variable: 'CANARY_SECRET_ARN',
  secretName: (stage: string): string => `license-service-${stage}-canary`,
} as const;

/**
 * The values that commands look up in a deployed stage: the variable that holds one, its stack and its output there.
 */
export const stackOutputs = {
  tableName: { variable: 'TABLE_NAME', stack: 'data', output: 'TableName' },
  signingKeysSecretArn: { variable: 'SIGNING_KEYS_SECRET_ARN', stack: 'data', output: 'SigningKeysSecretArn' },
  rootKeyArns: { variable: 'ROOT_KEY_ARNS', stack: 'data', output: 'RootKeyArns' },
  dataKeySecret: { variable: 'DATA_KEY_SECRET_ARN', stack: 'data', output: 'DataKeySecretArn' },
  historyBucket: { variable: historyBucket.variables.bucket, stack: 'data', output: 'HistoryBucketName' },
  busName: { variable: bus.variables.name, stack: 'background', output: 'EventBusName' },
  asideQueueUrl: { variable: deadLetters.relay.variable, stack: 'background', output: 'AsideQueueUrl' },
  missedQueueUrl: { variable: deadLetters.sweep.variable, stack: 'background', output: 'MissedQueueUrl' },
  apiUrl: { variable: 'API_URL', stack: 'service', output: 'ApiUrl' },
} as const satisfies Record<string, { variable: string; stack: StackPart; output: string }>;
