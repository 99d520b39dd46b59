import { beforeAll, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { health } from '../../lib/api/service.ts';
import { routes } from '../../lib/api/routes.ts';
import { bind } from '../../lib/http/binding.ts';
import { serve } from '../../lib/http/handler.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';
import { openRuntime } from '../../lib/runtime.ts';
import { eventFor } from '../support/service/service.ts';
import { startWorld } from '../support/service/world.ts';

const ending = {
  ...health,
  deprecated: { since: '2027-01-01', sunset: '2027-07-01', instead: '`GET /ready`' },
} as const;

beforeAll(startWorld);

test('a deprecated route says on every answer since when it is, and until when it answers', async () => {
  const handler = serve(openRuntime, [bind(ending, () => Promise.resolve({ body: { status: 'ok' } }))]);
  const { headers } = await handler({ ...eventFor(ending, {}), call: undefined as never }, {} as Context);
  expect(headers).toMatchObject({
    deprecation: '@1798761600',
    sunset: 'Thu, 01 Jul 2027 00:00:00 GMT',
    link: '</api/docs#deprecated>; rel="deprecation"',
  });
});

test('a refusal of a deprecated route says so too', async () => {
  const handler = serve(openRuntime, [bind(ending, () => Promise.reject(new Error('a bug')))]);
  const answer = await handler({ ...eventFor(ending, {}), call: undefined as never }, {} as Context);
  expect(answer).toMatchObject({ statusCode: 500, headers: { deprecation: '@1798761600' } });
});

test('the document marks a deprecated route and names its successor', () => {
  const operation = buildOpenApi([ending]).paths['/health']?.['get'];
  expect(operation).toMatchObject({ deprecated: true, 'x-sunset': '2027-07-01' });
  expect(operation?.description).toContain('Deprecated since 2027-01-01; answers until 2027-07-01. Use `GET /ready`');
});

test('each deprecated route is kept for six months', () => {
  const short = routes.flatMap(({ operation, deprecated }) => {
    if (deprecated === undefined) return [];
    const months = new Date(deprecated.since);
    months.setUTCMonth(months.getUTCMonth() + 6);
    return months > new Date(deprecated.sunset) ? [operation] : [];
  });
  expect(short).toEqual([]);
});
