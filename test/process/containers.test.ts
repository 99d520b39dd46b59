import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { cloudWatchEnvironment } from '../../local/cloudwatch.ts';
import { MINUTE_MS, SECOND_MS } from '../../lib/domain/time.ts';
import { chooseAddress } from '../../lib/process/aws-json.ts';
import { countHere } from '../../lib/process/counted-here.ts';
import { DataKeyUnavailable } from '../../lib/process/data-key.ts';
import { forgetVaults, openVaultOnce, type VaultParts } from '../../lib/process/open-vault.ts';
import { findBrandCalls } from '../../lib/process/brand-calls.ts';
import { assertTaken } from '../../lib/process/queue-client.ts';
import { openRootKeys } from '../../lib/process/root-keys.ts';
import { readSigningSecret } from '../../lib/process/signing-secret.ts';
import { answerJson, startStandIn } from '../support/table/stand-in.ts';

const SIGNAL = new AbortController().signal;

describe('a container that counts calls by itself', () => {
  test('refuses a call past the limit until the next minute', () => {
    expect(countHere('one', 1, MINUTE_MS)).toBeUndefined();
    expect(countHere('one', 1, MINUTE_MS + 20_000)).toBe(40);
    expect(countHere('one', 1, 2 * MINUTE_MS)).toBeUndefined();
  });

  test('forgets the oldest of very many names', () => {
    expect(countHere('oldest', 1, MINUTE_MS)).toBeUndefined();
    for (let n = 0; n < 4_096; n += 1) countHere(`name-${String(n)}`, 1, MINUTE_MS);
    expect(countHere('oldest', 1, MINUTE_MS)).toBeUndefined();
    expect(countHere('name-4095', 1, MINUTE_MS)).toBe(60);
  });
});

describe('a vault', () => {
  type Read = VaultParts['readDataKey'];
  const KEY = Buffer.alloc(32, 1);
  const open = (readDataKey: Read) =>
    openVaultOnce({
      readDataKey,
      readMark: () => Promise.resolve(undefined),
      claimMark: (mark) => Promise.resolve(mark),
      logger: { error: jest.fn() } as unknown as VaultParts['logger'],
      measure: jest.fn(),
    });

  test('is opened once, and again when the container forgets it', async () => {
    const read = jest.fn<Read>(() => Promise.resolve(KEY));
    const vault = open(read);
    expect(await vault(SIGNAL)).toBe(await vault(SIGNAL));
    expect(read).toHaveBeenCalledTimes(1);
    forgetVaults();
    await vault(SIGNAL);
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('is looked up again by a call whose look-up an earlier call began and lost', async () => {
    const first = Promise.withResolvers<Buffer>();
    const read = jest.fn<Read>(() => Promise.reject(new DataKeyUnavailable('away')));
    read.mockReturnValueOnce(first.promise).mockReturnValueOnce(Promise.resolve(KEY));
    const vault = open(read);
    const calls = [vault(SIGNAL), vault(SIGNAL)];
    first.reject(new DataKeyUnavailable('away'));
    const [lost, found] = await Promise.allSettled(calls);
    expect([lost?.status, found?.status]).toEqual(['rejected', 'fulfilled']);
  });

  test.each([
    ['fails', () => Promise.reject(new DataKeyUnavailable('away')), 'DataKeyUnavailable'],
    ['hangs until time is up', () => new Promise<never>(() => undefined), 'Unavailable'],
  ] as const)('is unavailable if the second look-up %s', async (_, second, name) => {
    const first = Promise.withResolvers<Buffer>();
    const read = jest.fn<Read>(second);
    read.mockReturnValueOnce(first.promise);
    const vault = open(read);
    const caller = new AbortController();
    const outcomes = Promise.allSettled([vault(SIGNAL), vault(caller.signal)]);
    first.reject(new DataKeyUnavailable('away'));
    await new Promise(setImmediate);
    caller.abort(new DOMException('time is up', 'TimeoutError'));
    const names = (await outcomes).map((one) => one.status === 'rejected' && (one.reason as Error).name);
    expect(names).toEqual(['DataKeyUnavailable', name]);
  });
});

describe('a stored secret', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'roots-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('that was only generated has no signing keys yet', async () => {
    const store = { read: () => Promise.resolve(Buffer.from('{"generated":"x"}')), write: () => Promise.resolve() };
    expect(await readSigningSecret(store, SIGNAL)).toEqual({ version: 0, issued_at: 0, keys: [], revoked: [] });
  });

  test('of root keys that has none signs nothing, and names its file', async () => {
    const file = join(folder, 'roots.json');
    await writeFile(file, '[]');
    await expect(openRootKeys({ kind: 'file', file }, 'eu-west-1').sign('text', SIGNAL)).rejects.toThrow(file);
  });
});

test.each([
  ['eu-west-1', undefined, 'https://kms.eu-west-1.amazonaws.com/'],
  ['cn-north-1', undefined, 'https://kms.cn-north-1.amazonaws.com.cn/'],
  ['cn-north-1', 'http://localhost:1', 'http://localhost:1/'],
])('a service of the region %s at %s has the address %s', (region, endpoint, address) => {
  expect(chooseAddress('kms', region, endpoint).href).toBe(address);
});

test('a batch of which the queue did not take some messages is named by their number and the first reason', () => {
  expect(() => assertTaken({}, 1)).not.toThrow();
  expect(() => assertTaken({ Failed: [] }, 1)).not.toThrow();
  const failed = { Id: '0', SenderFault: false, Code: 'InternalError', Message: 'busy' };
  expect(() => assertTaken({ Failed: [failed] }, 2)).toThrow('1 of 2 messages: InternalError busy');
});

test('the calls of brands are read page by page', async () => {
  const [first, second] = [secondsOf('2026-11-01'), secondsOf('2026-11-02')];
  const results = (Timestamps: number[], Values: number[]) => [{ Id: 'm0', Timestamps, Values }];
  const cloudWatch = await startStandIn((outgoing, { body }) => {
    const isFirst = !body.includes('NextToken');
    const MetricDataResults = isFirst ? results([first, second], [1, 2]) : results([second], [3]);
    answerJson(outgoing, 200, { MetricDataResults, ...(isFirst ? { NextToken: 'more' } : {}) });
  });
  const environment = cloudWatchEnvironment({ endpoint: cloudWatch.endpoint });
  Object.assign(process.env, environment);
  try {
    const read = findBrandCalls();
    const asked = { brands: ['AB'], fields: ['checks'], from: '2026-11-01', to: '2026-11-02' } as const;
    expect(Object.fromEntries((await read?.(asked, AbortSignal.timeout(10_000))) ?? [])).toEqual({
      '2026-11-01': { checks: 1 },
      '2026-11-02': { checks: 5 },
    });
  } finally {
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    await cloudWatch.stop();
  }
});

const secondsOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / SECOND_MS;
