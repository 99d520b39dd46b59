import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { activateLicense } from '../../lib/commands/activate-license.ts';
import { provisionLicense } from '../../lib/commands/provision-license.ts';
import { bind, bindBrand } from '../../lib/http/binding.ts';
import { serve } from '../../lib/http/handler.ts';
import { provisionLicenses as provisionRoute } from '../../lib/api/licenses.ts';
import { activateLicense as activateRoute } from '../../lib/api/activate.ts';
import { openRuntime } from '../../lib/runtime.ts';
import { captureOutput } from '../support/run/captured-output.ts';
import { newEmail, purchase } from '../support/service/purchases.ts';
import {
  BROKEN,
  CANNOT_DECRYPT,
  DENIED,
  MISSING,
  startSecretsManager,
  THROTTLED,
  type Behavior,
  type SecretsManager,
} from '../support/table/secrets-manager.ts';
import { eventFor, startService, type Call, type Service, type TestBrand } from '../support/service/service.ts';

process.env['LOG_LEVEL'] = 'INFO';

const SECRET = randomBytes(32).toString('hex');
let secrets: SecretsManager;
let service: Service;
let brand: TestBrand;
let lines: string[];
beforeAll(async () => {
  captureOutput();
  service = await startService();
  secrets = await startSecretsManager(SECRET);
  brand = await service.brand();
});
beforeEach(() => {
  lines = captureOutput();
  secrets.asked.length = 0;
  secrets.behave({ answers: SECRET });
});
afterAll(() => {
  jest.restoreAllMocks();
  secrets.stop();
});

const soon = (): AbortSignal => AbortSignal.timeout(9_000);
/** The log lines of data keys that could not be used. */
const faults = (): unknown[] =>
  lines.flatMap((line) => {
    const { event } = JSON.parse(line) as { event?: string };
    return event ?? [];
  });

describe('a container', () => {
  test('reads the data key once, even if parallel calls need it', async () => {
    const { vault } = openRuntime();
    const [first, ...others] = await Promise.all([vault(soon()), vault(soon()), vault(soon())]);
    const last = await vault(soon());
    expect(secrets.asked).toEqual([
      {
        operation: 'secretsmanager.GetSecretValue',
        input: { SecretId: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:data-key' },
      },
    ]);
    for (const one of [...others, last]) expect(one.decrypt(first.encrypt('text', 'place'), 'place')).toBe('text');
  });

  test.each([
    ['that succeed', { answers: SECRET }],
    ['that fail', DENIED],
  ])('keeps no connection open after look-ups %s', async (_how, behavior) => {
    secrets.behave(behavior);
    for (let look = 0; look < 5; look += 1)
      await openRuntime()
        .vault(soon())
        .catch(() => undefined);
    expect(secrets.asked).toHaveLength(5);
    while ((await secrets.connections()) > 0) await sleep(10);
  });

  test('does not read the data key at startup', () => {
    openRuntime();
    expect(secrets.asked).toEqual([]);
  });

  test('reads the data key again after a failure, once for all waiting calls', async () => {
    const { vault } = openRuntime();
    secrets.behave(DENIED);
    const failed = await Promise.allSettled([vault(soon()), vault(soon())]);
    for (const one of failed)
      expect(one).toMatchObject({ status: 'rejected', reason: { name: 'DataKeyUnavailable', fault: 'unreadable' } });
    expect(secrets.asked).toHaveLength(1);
    secrets.behave({ answers: SECRET });
    await vault(soon());
    await vault(soon());
    expect(secrets.asked).toHaveLength(2);
  });

  const passing: [string, Behavior][] = [
    ['throttles', THROTTLED],
    ['answers 500', BROKEN],
    ['breaks the connection', 'resets'],
    ['hangs', 'hangs'],
    ['stalls in the middle of its answer', 'stalls half-way'],
  ];
  test.each(passing)('recovers from a Secrets Manager that %s once', async (_, behavior) => {
    secrets.behave(behavior, { answers: SECRET });
    expect((await openRuntime().vault(soon())).sign('text')).toMatch(/^[\w-]{43}$/);
    expect(faults()).toEqual([]);
  });

  const lasting: [string, Behavior, string][] = [
    ...passing.map(([how, behavior]): [string, Behavior, string] => [how, behavior, 'data_key.unavailable']),
    ['answers a page of HTML', 'answers HTML', 'data_key.unavailable'],
    ['cannot decrypt for now', CANNOT_DECRYPT, 'data_key.unavailable'],
    ['denies access to the secret', DENIED, 'data_key.unreadable'],
    ['has no such secret', MISSING, 'data_key.unreadable'],
    ['has a secret without a value', 'is empty', 'data_key.unreadable'],
    ['has too short a value', { answers: 'short' }, 'data_key.unreadable'],
  ];
  test.each(lasting)(
    'gives up in time on a Secrets Manager that %s, logs one event, and recovers',
    async (_, behavior, event) => {
      const { vault } = openRuntime();
      secrets.behave(behavior);
      const began = performance.now();
      await expect(vault(soon())).rejects.toMatchObject({ name: 'DataKeyUnavailable' });
      expect(performance.now() - began).toBeLessThan(6_500);
      expect(faults()).toEqual([event]);
      expect(lines.join('\n')).not.toContain(SECRET);
      secrets.behave({ answers: SECRET });
      await vault(soon());
    },
    20_000,
  );

  test('ends each caller’s wait at its own deadline, and keeps the lookup for the others', async () => {
    const { vault } = openRuntime();
    secrets.behave('hangs', { answers: SECRET });
    const hasty = expect(vault(AbortSignal.timeout(100))).rejects.toMatchObject({ name: 'Unavailable' });
    const patient = vault(soon());
    await hasty;
    await patient;
    expect(secrets.asked).toHaveLength(2);
  });

  test('does not fail a call for a lookup that an earlier call started and abandoned', async () => {
    const { vault } = openRuntime();
    secrets.behave('hangs', 'hangs', 'hangs', { answers: SECRET });
    await expect(vault(AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'Unavailable' });
    expect((await vault(soon())).sign('text')).toMatch(/^[\w-]{43}$/);
    expect(secrets.asked).toHaveLength(4);
  }, 20_000);
});

/** Calls a container that has served no call yet. */
async function coldCall(which: 'activate' | 'provision', call: Call) {
  const handler =
    which === 'activate'
      ? serve(openRuntime, [bind(activateRoute, activateLicense)])
      : serve(openRuntime, [bindBrand(provisionRoute, provisionLicense)]);
  const event = eventFor(which === 'activate' ? activateRoute : provisionRoute, call);
  const began = performance.now();
  const { statusCode, headers, body } = await handler(event as Parameters<typeof handler>[0], {} as Context);
  const tookMs = performance.now() - began;
  return { statusCode, headers, body: JSON.parse(body ?? '{}') as Record<string, unknown>, tookMs };
}

const unavailable = {
  statusCode: 503,
  headers: expect.objectContaining({ 'retry-after': expect.stringMatching(/^[1-9]\d*$/) }),
  body: expect.objectContaining({ code: 'unavailable' }),
};

describe('the first call of a container', () => {
  const activation = async (): Promise<Call> => {
    const { license_key } = await purchase(service, brand);
    return { body: { license_key: license_key.key, product: 'wp-rocket', instance_identifier: 'https://a.example' } };
  };
  const once = { headers: { 'idempotency-key': 'cold' } };
  const order = (): Call => ({
    apiKey: brand.apiKey,
    body: { customer_email: newEmail(), products: ['wp-rocket'] },
  });

  test('by a plugin without an Idempotency-Key needs no data key', async () => {
    const call = await activation();
    secrets.asked.length = 0;
    secrets.behave('hangs');
    expect(await coldCall('activate', call)).toMatchObject({ statusCode: 201 });
    expect(secrets.asked).toEqual([]);
  });

  test('by a plugin with an Idempotency-Key is answered within 3 s while Secrets Manager hangs', async () => {
    const call = await activation();
    secrets.behave('hangs');
    // A busy machine delays this wait as much as the service's own deadline, which is 200 ms earlier.
    const tooLate = sleep(3_000, 'too late', { ref: false });
    expect(await Promise.race([coldCall('activate', { ...call, ...once }), tooLate])).toMatchObject(unavailable);
    secrets.behave({ answers: SECRET });
    expect(await coldCall('activate', { ...call, ...once })).toMatchObject({ statusCode: 201 });
  });

  test('by a shop is answered within 10 s while Secrets Manager hangs', async () => {
    secrets.behave('hangs');
    const answer = await coldCall('provision', order());
    expect(answer).toMatchObject(unavailable);
    expect(answer.tookMs).toBeLessThan(10_000);
  }, 20_000);

  test.each<[string, Behavior]>([
    ['throttled', THROTTLED],
    ['refused', DENIED],
    ['answered by a page of HTML', 'answers HTML'],
  ])('by a shop gets 503 with Retry-After and no cause if its lookup is %s', async (_, behavior) => {
    secrets.behave(behavior);
    const answer = await coldCall('provision', order());
    expect(answer).toMatchObject(unavailable);
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|Exception|data key|arn:/i);
  });

  test('with invalid input or an invalid API key is refused without the data key', async () => {
    secrets.behave('hangs');
    expect(await coldCall('provision', { ...order(), body: {} })).toMatchObject({ statusCode: 400 });
    expect(await coldCall('provision', { ...order(), apiKey: 'cls_NOBODY_none' })).toMatchObject({ statusCode: 401 });
    expect(secrets.asked).toEqual([]);
  });
});

describe('a data key file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'data-key-'));
  const secretArn = (): string | undefined => process.env['DATA_KEY_SECRET_ARN'];
  let kept: string | undefined;
  beforeAll(() => {
    kept = secretArn();
    Reflect.deleteProperty(process.env, 'DATA_KEY_SECRET_ARN');
  });
  afterAll(() => {
    process.env['DATA_KEY_SECRET_ARN'] = kept;
    rmSync(folder, { recursive: true });
  });

  test('that does not answer is awaited until the deadline and read by the next call', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    process.env['DATA_KEY_FILE'] = pipe;
    const { vault } = openRuntime();
    const began = performance.now();
    await expect(vault(AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'Unavailable' });
    expect(performance.now() - began).toBeLessThan(2_000);
    writeFileSync(pipe, SECRET);
    expect((await vault(soon())).sign('text')).toMatch(/^[\w-]{43}$/);
  });

  test('that is missing is logged as unreadable', async () => {
    process.env['DATA_KEY_FILE'] = join(folder, 'nothing');
    await expect(openRuntime().vault(soon())).rejects.toMatchObject({ name: 'DataKeyUnavailable' });
    expect(faults()).toEqual(['data_key.unreadable']);
  });
});
