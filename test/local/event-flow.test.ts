import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Credentials } from '../../local/credentials.ts';
import { eventLine } from '../../local/event-line.ts';
import { localStart, QUICK_ENGINE, type LocalStart } from '../support/service/local-start.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

jest.setTimeout(90_000);

const localDir = mkdtempSync(join(tmpdir(), 'event-flow-'));
let service: LocalStart;
let baseUrl: string;
let licenseId: string;
let key: string;

const credentials = (): Credentials =>
  Credentials.parse(JSON.parse(readFileSync(join(localDir, 'credentials.json'), 'utf8')));
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z');

async function ask(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; type: string | null; body: Record<string, unknown> }> {
  const apiKey = credentials().brands[0]?.api_key ?? '';
  const headers = { 'x-api-key': apiKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as Record<string, unknown>,
  };
}
const tick = (now?: string) => ask('POST', `/__local/tick${now === undefined ? '' : `?now=${now}`}`);

beforeAll(async () => {
  service = localStart('node', localDir, ['--events', ...QUICK_ENGINE]);
  baseUrl = await service.ready();
  await tick();
  const body = { customer_email: 'secret-person@example.com', products: ['wp-rocket'], expiration_date: inDays(40) };
  const sold = await ask('POST', '/api/v1/brand/licenses/provision', body);
  const { license_key, licenses } = sold.body as { license_key: { key: string }; licenses: { id: string }[] };
  licenseId = licenses[0]?.id ?? '';
  key = license_key.key;
});
afterAll(async () => {
  await service.signal('SIGTERM', 'first');
  rmSync(localDir, { recursive: true });
});

const linesOf = (id: string): string[] =>
  service
    .output()
    .split('\n')
    .filter((line) => line.includes(`  ${id}`));

test('a tick without a time runs all due sweeps and waits until their events are printed', async () => {
  expect(await tick()).toMatchObject({ status: 200, body: { sweeps: { finished: true } } });
  await pause(50);
  expect(linesOf(licenseId)).toEqual([expect.stringContaining('wp-rocket  license.provisioned  #1')]);
});

test('a tick to a time announces everything due by then and moves the clock of the service', async () => {
  const announced = await tick(inDays(12));
  expect(announced).toMatchObject({
    status: 200,
    type: 'application/json',
    body: { sweeps: { announced: 1, expired: 0, finished: true }, events: 1 },
  });
  expect((await tick(inDays(41))).body).toMatchObject({ sweeps: { expired: 1 }, events: 1 });
  expect((await ask('GET', `/api/v1/brand/licenses/${licenseId}`)).body).toMatchObject({ status: 'expired' });
  await pause(50);
  expect(linesOf(licenseId).map((line) => /license\.\w+ {2}#\d/.exec(line)?.[0])).toEqual([
    'license.provisioned  #1',
    'license.expiring  #2',
    'license.expired  #3',
  ]);
});

test('a tick of 400 days takes seconds and announces everything that became due in between', async () => {
  const started = performance.now();
  const body = { customer_email: 'later@example.com', products: ['wp-rocket'], duration: 'P200D' };
  expect((await ask('POST', '/api/v1/brand/licenses/provision', body)).status).toBe(201);
  expect((await tick(inDays(441))).body).toMatchObject({ sweeps: { expired: 1, finished: true } });
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('a tick to an earlier time is refused, because the clock never goes back', async () => {
  const before = (await tick()).body['now'];
  expect(await tick(inDays(1))).toMatchObject({
    status: 409,
    type: 'application/problem+json',
    body: { code: 'clock_never_goes_back' },
  });
  expect(String((await tick()).body['now']) >= String(before)).toBe(true);
});

test.each(['tomorrow', '2099-01-01T00:00:00', ''])('a tick to %p is refused, which is not a time', async (now) => {
  expect(await tick(now)).toMatchObject({ status: 400, type: 'application/problem+json', body: { status: 400 } });
});

test('the tick route exists only for POST, and unknown local routes answer 404', async () => {
  expect((await ask('GET', '/__local/tick')).status).toBe(404);
  expect((await ask('POST', '/__local/other')).status).toBe(404);
});

test('the live view of events contains no license key and no e-mail', async () => {
  await pause(50);
  expect(service.output()).toContain('license_key.created');
  for (const secret of [key, 'secret-person']) expect(service.output()).not.toContain(secret);
});

test('eventLine prints time, brand, type, seq, entity, and the state before and after as JSON in one line', () => {
  const event = {
    id: 'e',
    type: 'license.renewed',
    seq: 4,
    occurred_at: '2026-05-01T12:00:00Z',
    brand: { slug: 'wp-rocket' },
    entity: { type: 'license', id: 'L' },
    actor: { type: 'api_key', id: 'k' },
    request_id: 'r',
    reason: null,
    before: null,
    after: { expires_at: '2027-06-01T00:00:00Z', policy: { duration: 'P1Y' } },
  } as const;
  const after = '{"expires_at":"2027-06-01T00:00:00Z","policy":{"duration":"P1Y"}}';
  expect(eventLine(event)).toBe(`2026-05-01T12:00:00Z  wp-rocket  license.renewed  #4  L  null  ${after}`);
});
