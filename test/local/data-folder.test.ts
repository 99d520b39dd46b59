import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { localStart, QUICK_ENGINE, type LocalStart } from '../support/service/local-start.ts';

jest.setTimeout(120_000);

const scratch = mkdtempSync(join(tmpdir(), 'data-folder-'));
let localDir: string;
let dataDir: string;
let running: LocalStart | undefined;
beforeEach(() => {
  localDir = mkdtempSync(join(scratch, 'local-'));
  dataDir = join(localDir, 'data');
});
afterEach(async () => {
  await running?.signal('SIGTERM', 'first');
  running = undefined;
});
afterAll(() => rmSync(scratch, { recursive: true }));

async function start(...args: string[]): Promise<{ service: LocalStart; baseUrl: string }> {
  const service = localStart('node', localDir, args);
  running = service;
  return { service, baseUrl: await service.ready() };
}

async function stop(service: LocalStart): Promise<void> {
  await service.signal('SIGTERM', 'first');
  running = undefined;
}

const tick = async (baseUrl: string, now = ''): Promise<{ now: string }> =>
  (await (await fetch(`${baseUrl}/__local/tick${now}`, { method: 'POST' })).json()) as { now: string };

test('a start with the same data folder continues from the moved clock', async () => {
  const first = await start('--data', dataDir, ...QUICK_ENGINE);
  const moved = await tick(first.baseUrl, '?now=2091-05-06T07:08:09Z');
  expect(moved.now).toMatch(/^2091-05-06T07:08:/);
  await stop(first.service);

  const second = await start('--data', dataDir, ...QUICK_ENGINE);
  expect((await tick(second.baseUrl)).now).toMatch(/^2091-05-06T07:/);
  expect(second.service.output()).toMatch(/^Clock {5}2091-05-06T07:\S+, as set before the last stop$/m);
});

test('a data folder of another engine is refused with a hint to that engine', async () => {
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'engine'), 'dynoxide\n');
  const service = localStart('node', localDir, ['--data', dataDir]);
  expect(await service.ended()).toBe(1);
  expect(service.output()).toBe(
    `The data in ${dataDir} was written by dynoxide, and dynamodb-local cannot read it. ` +
      'Start with --engine dynoxide, or with another folder.\n',
  );
  expect(await service.left()).toEqual([]);
});

test('--engine starts the named engine, records it in the data folder and says that it stands in', async () => {
  const { service } = await start('--data', dataDir, '--engine', 'dynoxide');
  expect(service.output()).toMatch(/^Database {2}dynoxide at /m);
  expect(service.output()).toMatch(/^ {10}dynoxide stands in for DynamoDB Local, on which the tests run\./m);
  expect(readFileSync(join(dataDir, 'engine'), 'utf8')).toBe('dynoxide\n');
});

test('--engine refuses an unknown engine', async () => {
  const service = localStart('node', localDir, ['--engine', 'sqlite']);
  expect(await service.ended()).toBe(1);
  expect(service.output()).toBe('--engine must be dynamodb-local or dynoxide, not "sqlite".\n');
});
