import { beforeAll, expect, test } from '@jest/globals';
import { inMs, moveClock } from '../support/clock.ts';
import { startService, type Reply, type Service } from '../support/service.ts';
import { anyRun, callOf, stepsOf, wordsOf } from '../support/told-page.ts';

const steps = stepsOf('docs/a-license-life.md');

/** What later calls take from an answer. */
function remember(variables: Record<string, string>, title: string, { headers, body }: Reply): void {
  const key = body['license_key'] as { id: string; key: string } | undefined;
  const [license] = (body['licenses'] ?? []) as { id: string }[];
  if (title === 'Bought' && key && license)
    Object.assign(variables, { LICENSE: license.id, KEY_ID: key.id, KEY: key.key });
  if (title === 'Looked at') variables['ETAG'] = headers['etag'] ?? '';
  if (title === 'Leaked') Object.assign(variables, { NEW_KEY: String(body['key']), BEFORE: inMs(0) });
  if (title === 'Sold' && key) variables['BUYER_KEY'] = key.key;
}

let service: Service;
const variables: Record<string, string> = { BASE: 'http://127.0.0.1' };
beforeAll(async () => {
  service = await startService();
  const policy = { seat_limit: 3, duration: 'P1Y', grace_days: 14, development_sites_free: true };
  const { apiKey } = await service.brand({
    products: {
      'wp-rocket': { name: 'WP Rocket', policy },
      rocketcdn: { name: 'RocketCDN', policy: { seat_limit: 1, duration: 'P1M' } },
    },
  });
  variables['API_KEY'] = apiKey;
});

test('the page tells a whole life', () => {
  expect(steps.length).toBeGreaterThan(20);
});

test.each(steps)('“$title” is answered as the page says', async ({ title, curl, status, answer }) => {
  moveClock(1000);
  const { route, call } = callOf(wordsOf(curl, variables));
  const reply = await service.call(route, call);
  remember(variables, title, reply);
  expect(reply.status).toBe(status);
  expect(anyRun(reply.body)).toMatchObject(anyRun(JSON.parse(answer)) as Record<string, unknown>);
});
