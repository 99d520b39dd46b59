import { beforeAll, expect, test } from '@jest/globals';
import { moveClock } from '../support/clock.ts';
import { startService, type Reply, type Service } from '../support/service.ts';
import { anyRun, callOf, stepsOf, wordsOf } from '../support/told-page.ts';

const steps = stepsOf('docs/a-new-brand.md');

let service: Service;
const variables: Record<string, string> = { BASE: 'http://127.0.0.1' };
beforeAll(async () => {
  service = await startService();
  variables['ADMIN_KEY'] = service.platformKey;
});

/** What later calls take from an answer. */
function remember(title: string, { body }: Reply): void {
  const key = body['license_key'] as { key: string } | undefined;
  const licenses = (body['licenses'] ?? []) as { id: string; product_slug: string }[];
  if (title === 'The brand') variables['BRAND'] = String(body['id']);
  if (title === 'A key for its shop') variables['API_KEY'] = String(body['api_key']);
  if (key)
    Object.assign(variables, {
      KEY: key.key,
      LICENSE: licenses.find(({ product_slug }) => product_slug === 'backlinks')?.id,
    });
}

test('the page goes from nothing to the first activation', () => {
  expect(steps.length).toBeGreaterThan(10);
  expect(steps.map(({ title }) => title)).toEqual(
    expect.arrayContaining(['The brand', 'The first activation', 'It runs']),
  );
});

test.each(steps)('“$title” is answered as the page says', async ({ title, curl, status, answer }) => {
  moveClock(1000);
  const { route, call } = callOf(wordsOf(curl, variables));
  const reply = await service.call(route, call);
  remember(title, reply);
  expect({ status: reply.status, refused: reply.status === status ? '' : reply.text }).toEqual({ status, refused: '' });
  expect(anyRun(reply.body)).toMatchObject(anyRun(JSON.parse(answer)) as Record<string, unknown>);
});
