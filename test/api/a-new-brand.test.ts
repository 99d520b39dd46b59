import { beforeAll, expect, test } from '@jest/globals';
import { moveClock } from '../support/run/clock.ts';
import { anyRun, callOf, readSteps, takeExports, wordsOf } from '../support/service/page-calls.ts';
import { useService } from '../support/service/started-service.ts';

const steps = readSteps('docs/a-new-brand.md');
const variables: Record<string, string> = { BASE_URL: 'http://127.0.0.1' };
const service = useService();
beforeAll(() => {
  variables['ADMIN_KEY'] = service.platformKey;
});

test('docs/a-new-brand.md leads from the first brand to the first activation', () => {
  expect(steps.length).toBeGreaterThan(10);
  expect(steps.map(({ title }) => title)).toEqual(
    expect.arrayContaining(['The brand', 'The first activation', 'It runs']),
  );
});

test.each(steps)('the step “$title” gets the answer that the page shows', async (step) => {
  moveClock(1000);
  const { route, call } = callOf(wordsOf(step.curl, variables));
  const reply = await service.call(route, call);
  const { status } = step;
  expect({ status: reply.status, refused: reply.status === status ? '' : reply.text }).toEqual({ status, refused: '' });
  takeExports(step, reply, variables);
  expect(anyRun(reply.body)).toMatchObject(anyRun(JSON.parse(step.answer)) as Record<string, unknown>);
});
