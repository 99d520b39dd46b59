import { beforeAll, expect, test } from '@jest/globals';
import { moveClock } from '../support/run/clock.ts';
import { anyRun, callOf, readSteps, takeExports, wordsOf } from '../support/service/page-calls.ts';
import { useService } from '../support/service/started-service.ts';

const steps = readSteps('docs/a-license-life.md');
const variables: Record<string, string> = { BASE_URL: 'http://127.0.0.1' };
const service = useService();
beforeAll(async () => {
  const policy = { seat_limit: 3, duration: 'P1Y', grace_days: 14, development_sites_free: true };
  const { apiKey } = await service.brand({
    products: {
      'wp-rocket': { name: 'WP Rocket', policy },
      rocketcdn: { name: 'RocketCDN', policy: { seat_limit: 1, duration: 'P1M' } },
    },
  });
  variables['API_KEY'] = apiKey;
});

test('docs/a-license-life.md contains more than 20 steps', () => {
  expect(steps.length).toBeGreaterThan(20);
});

test.each(steps)('the step “$title” gets the answer that the page shows', async (step) => {
  moveClock(1000);
  const { route, call } = callOf(wordsOf(step.curl, variables));
  const reply = await service.call(route, call);
  takeExports(step, reply, variables);
  expect(reply.status).toBe(step.status);
  expect(anyRun(reply.body)).toMatchObject(anyRun(JSON.parse(step.answer)) as Record<string, unknown>);
});
