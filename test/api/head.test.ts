import { describe, expect, test } from '@jest/globals';
import type { Context as LambdaContext } from 'aws-lambda';
import type { Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import { handler as checkLicense } from '../../functions/check-license.ts';
import { byOperation, eventFor, type Call } from '../support/service/service.ts';
import { callUnknown, validCall } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const world = useWorld();

/** The headers that are the same in every call. A signed address and a token hold the second in which they began. */
const lasting = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !/^(?:x-request-id|ratelimit|x-ratelimit)/.test(name))
      .map(([name, value]) => [name, value.replace(/(?:\?X-Amz-|\/downloads\/v1-).*$/, '')]),
  );

const reads = routes.filter(({ method }) => method === 'GET').map((route) => [route.operation, route] as const);

describe('HEAD', () => {
  test.each(reads)('of %s answers as GET does, without the body', async (_, route) => {
    const head = { ...route, method: 'HEAD' } as unknown as Route;
    for (const call of [validCall(route, world), { ...validCall(route, world), apiKey: 'cls_WPR_wrong' }]) {
      const [get, without] = [await world.call(route, call), await withoutBody(head, call)];
      expect({ status: without.status, headers: lasting(without.headers), text: without.text }).toEqual({
        status: get.status,
        headers: lasting(get.headers),
        text: '',
      });
    }
  });
});

/** A HEAD has no body to parse as JSON. */
async function withoutBody(route: Route, call: Call) {
  const { handler } = (await import(`../../functions/${route.function}.ts`)) as { handler: typeof checkLicense };
  const result = await handler(eventFor(route, call) as Parameters<typeof checkLicense>[0], {} as LambdaContext);
  return {
    status: result.statusCode,
    headers: result.headers as Record<string, string>,
    text: result.body ?? '',
  };
}

test('a path with one function answers an unsupported method with 405 and the supported methods', async () => {
  const route = byOperation('check_license');
  const event = { ...eventFor(route, {}), routeKey: `ANY ${route.path}` };
  const http = { ...event.requestContext.http, method: 'DELETE' };
  const asked = { ...event, requestContext: { ...event.requestContext, http } };
  const result = await checkLicense(asked as Parameters<typeof checkLicense>[0], {} as LambdaContext);
  expect(result).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD, POST' } });
  expect(JSON.parse(result.body ?? '')).toMatchObject({ code: 'method_not_allowed', status: 405 });
});

test('a path with several functions answers 405 with all of its methods, including HEAD', async () => {
  const reply = await callUnknown('PUT', `/api/v1/brand/licenses/${String(world.ids['license_id'])}`);
  expect(reply).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, PATCH' } });
});
