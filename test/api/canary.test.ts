import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { furnishCanary } from '../../bin/smoke/canary-seat.ts';
import { openClient } from '../../bin/smoke/client.ts';
import { handler } from '../../functions/canary.ts';
import { routes } from '../../lib/api/routes.ts';
import { openSecret } from '../../lib/process/secrets.ts';
import { useService } from '../support/service/started-service.ts';
import { wholeTable } from '../support/table/whole-table.ts';

const service = useService();
const folder = mkdtempSync(join(tmpdir(), 'license-service-canary-'));
const file = join(folder, 'seat');
const secret = openSecret({ kind: 'file', file }, 'eu-west-1');
let server: Server;
let baseUrl = '';
/** The path whose calls are answered with a failure, as a broken gateway would. */
let broken = '';
/** A gateway that answers everything with 200 and says nothing. */
let isMute = false;

/** The functions of the API behind HTTP. */
beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const route = routes.find((candidate) => {
        const pattern = new RegExp(`^${candidate.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
        return candidate.method === request.method && pattern.test(path);
      });
      const body = await text(request);
      if (isMute) return response.writeHead(200).end('{}');
      if (route === undefined || path === broken) return response.writeHead(502).end('{}');
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const values = new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(path)?.slice(1) ?? [];
      const answer = await service.call(route, {
        params: Object.fromEntries(names.map((name, i) => [name, values[i] ?? ''])),
        query: Object.fromEntries(searchParams),
        headers: request.headers as Record<string, string>,
        ...(body === '' ? {} : { rawBody: body }),
      });
      return response.writeHead(answer.status, answer.headers).end(answer.text);
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { BASE_URL: baseUrl, CANARY_FILE: file });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const run = () => handler({}, { awsRequestId: 'a-run', getRemainingTimeInMillis: () => 20_000 });
const furnish = () => furnishCanary(openClient(baseUrl), { adminKey: service.platformKey, stage: 'test', secret });

describe('the canary', () => {
  test('fails with the command that mends it while it has no license, and never shows its secret', async () => {
    writeFileSync(file, 'some-random-text');
    await expect(run()).rejects.toThrow('The canary has no license yet: npm run admin -- canary --stage STAGE');
  });

  test('gets a license for life by the command, which keeps one that works', async () => {
    expect(await furnish()).toBe('bought');
    const seat = readFileSync(file, 'utf8');
    expect(await furnish()).toBe('kept');
    expect(readFileSync(file, 'utf8')).toBe(seat);
    const [license] = (await wholeTable(service)).filter(({ sk }) => sk === 'license');
    expect(license).toMatchObject({ seat_limit: 1, expires_at: null });
  });

  test('activates, checks and deactivates as a site, and leaves its seat free', async () => {
    expect(await run()).toEqual({ calls: 3 });
    const [license] = (await wholeTable(service)).filter(({ sk }) => sk === 'license');
    expect(license).toMatchObject({ seats_used: 0 });
  });

  test.each(['activate', 'check', 'deactivate'])(
    'fails at a %s that is not answered, and goes on at the next run',
    async (name) => {
      broken = `/api/v1/product/licenses/${name}`;
      await expect(run()).rejects.toThrow(`POST ${broken} answered 502`);
      broken = '';
      expect(await run()).toEqual({ calls: 3 });
    },
  );

  test('fails at a check that does not let its active site run', async () => {
    isMute = true;
    await expect(run()).rejects.toThrow('POST /api/v1/product/licenses/check does not let an active site run');
    isMute = false;
  });

  test('gets another license when the one that it has was cancelled', async () => {
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(before) as object), product: 'no-such-product' }));
    await expect(run()).rejects.toThrow(/activate answered 4\d\d \(request [\w-]+\)$/);
    expect(await furnish()).toBe('bought');
    expect(readFileSync(file, 'utf8')).not.toBe(before);
  });
});
