import { describe, expect, test } from '@jest/globals';
import {
  readAdminConfig,
  readArchiveAfterMonths,
  readCanaryConfig,
  readConfig,
  readConsoleConfig,
  readCredentials,
  readKeySetConfig,
  readMissedCallsConfig,
  readOriginSecrets,
  readProofConfig,
  readReceiverConfig,
} from '../../lib/process/config.ts';
import { historyBucket } from '../../lib/buckets.ts';
import { deadLetters } from '../../lib/dead-letters.ts';
import { errorText } from '../../lib/process/error-text.ts';
import { isPassing } from '../../lib/process/outage.ts';

const NO_ENVIRONMENT = {};

describe('the configuration', () => {
  test.each([
    ['a table', () => readConfig(NO_ENVIRONMENT), 'the environment variable TABLE_NAME is not set'],
    ['a table by an empty name', () => readConfig({ TABLE_NAME: '' }), 'TABLE_NAME is not set'],
    ['a canary', () => readCanaryConfig(NO_ENVIRONMENT), 'neither CANARY_SECRET_ARN nor CANARY_FILE is set'],
    ['signing keys', () => readKeySetConfig(NO_ENVIRONMENT), 'neither SIGNING_KEYS_SECRET_ARN nor SIGNING_KEYS_FILE'],
    ['root keys', () => readKeySetConfig({ SIGNING_KEYS_SECRET_ARN: 'arn' }), 'ROOT_KEY_ARNS is not set'],
    ['a client of the console', () => readConsoleConfig({ CONSOLE_ISSUER: 'https://id.example' }), 'CONSOLE_CLIENT_ID'],
  ])('without %s is refused by the name of the variable', (_, read, message) => {
    expect(read).toThrow(message);
  });

  test('has defaults for what one machine does not set', () => {
    expect(readConfig({ TABLE_NAME: 't' })).toEqual({
      ...{ stage: 'unnamed', tableName: 't', logLevel: 'INFO', region: 'eu-west-1' },
      ...{ endpoint: undefined, dataKey: undefined },
    });
    expect(readCredentials(NO_ENVIRONMENT)).toEqual({ accessKeyId: 'local', secretAccessKey: 'local' });
    expect(readConsoleConfig({ CONSOLE_ISSUER: '' })).toBeUndefined();
    expect(readProofConfig({ BASE_URL: 'https://a.example' })).toBeUndefined();
    expect(readOriginSecrets(NO_ENVIRONMENT)).toEqual([]);
    expect(readReceiverConfig(NO_ENVIRONMENT)).toEqual({ secrets: [] });
    expect(readAdminConfig({ CLS_URL: '' })).toEqual({ apiKey: undefined, url: undefined, region: 'eu-west-1' });
    expect(readMissedCallsConfig({ [deadLetters.sweep.variable]: '' }).queueUrl).toBeUndefined();
    expect(readArchiveAfterMonths(NO_ENVIRONMENT)).toBeUndefined();
  });

  test('is read from the environment of the process', () => {
    const environment = { ...process.env };
    Object.assign(process.env, { WEBHOOK_SECRET: 'whsec_of_process', CLS_URL: 'https://a.example' });
    try {
      expect(readReceiverConfig()).toEqual({ secrets: ['whsec_of_process'] });
      expect(readAdminConfig().url).toBe('https://a.example');
    } finally {
      process.env = environment;
    }
  });

  test('takes what the environment sets', () => {
    expect(readConfig({ TABLE_NAME: 't', STAGE: 'prod', LOG_LEVEL: 'WARN' })).toMatchObject({
      stage: 'prod',
      logLevel: 'WARN',
    });
    expect(readCredentials({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' })).toEqual({
      accessKeyId: 'a',
      secretAccessKey: 'b',
      sessionToken: 'c',
    });
    expect(readCanaryConfig({ CANARY_FILE: 'file', BASE_URL: 'https://a.example' })).toEqual({
      baseUrl: 'https://a.example',
      region: 'eu-west-1',
      secret: { kind: 'file', file: 'file' },
    });
    expect(readKeySetConfig({ SIGNING_KEYS_SECRET_ARN: 'arn', ROOT_KEY_ARNS: 'a,b' })).toMatchObject({
      signingKeys: { kind: 'secret', secretArn: 'arn' },
      roots: { kind: 'kms', keyArns: ['a', 'b'] },
    });
    expect(readReceiverConfig({ WEBHOOK_SECRET: 'whsec_a whsec_b' }).secrets).toEqual(['whsec_a', 'whsec_b']);
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION'])
      expect(readAdminConfig({ [name]: 'eu-central-1', CLS_API_KEY: 'key' })).toMatchObject({
        apiKey: 'key',
        region: 'eu-central-1',
      });
    expect(readMissedCallsConfig({ [deadLetters.sweep.variable]: 'queue' }).queueUrl).toBe('queue');
    expect(readArchiveAfterMonths({ [historyBucket.variables.afterMonths]: '24' })).toBe(24);
  });
});

test('whatever was thrown has a text, and only a broken connection or an overload passes by itself', () => {
  expect([errorText(new Error('broken')), errorText('a text')]).toEqual(['broken', 'a text']);
  const passing = [{ name: 'TimeoutError' }, { code: 'ECONNRESET' }, { message: 'socket hang up' }];
  const nested = { name: 'AggregateError', errors: [{ code: 'ECONNREFUSED' }] };
  expect([...passing, nested, { $metadata: { httpStatusCode: 503 } }].map(isPassing)).not.toContain(false);
  expect([null, 'TimeoutError', { name: 'ValidationException' }, { errors: [] }].map(isPassing)).not.toContain(true);
});
