import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { handler } from '../../functions/audit-segment.ts';
import { nextPart, planNight } from '../../lib/audit/night.ts';
import { DAY_MS, SECOND_MS } from '../../lib/domain/time.ts';
import { tellInstead } from '../../lib/process/figures.ts';
import { countDown } from '../../lib/process/clock.ts';
import { startBus, type LocalBus } from '../../local/bus.ts';
import { openQueues, type Queues } from '../../local/queues.ts';
import { startWebhooks, webhookEnvironment, type LocalWebhooks } from '../../local/webhooks.ts';
import { liveWholeLife, type Life } from '../support/audit/whole-life.ts';
import { captureOutput } from '../support/run/captured-output.ts';
import { onItsRole } from '../support/run/roles.ts';
import { overwrite, wholeTable, type StoredItem } from '../support/table/whole-table.ts';

process.env['LOG_LEVEL'] = 'INFO';
const NIGHT = Date.parse('2026-11-28T02:17:00Z');
const SEGMENTS = 14;

type Line = Record<string, unknown>;
let life: Life;
let queues: Queues;
let bus: LocalBus;
let local: LocalWebhooks;
let lines: string[];
const measured: [string, number][] = [];
const unused = () => Promise.resolve({ batchItemFailures: [] });
const onRole: typeof handler = (event, invocation) => onItsRole('audit-segment', () => handler(event, invocation));

beforeAll(async () => {
  captureOutput();
  tellInstead((name, value = 1) => measured.push([name, value]));
  life = await liveWholeLife();
  queues = openQueues();
  bus = await startBus([], console.error, queues);
  Object.assign(process.env, webhookEnvironment(bus), { AUDIT_SEGMENTS: String(SEGMENTS) });
  const handlers = { fanOut: unused, deliver: unused, runImport: unused, auditSegment: onRole };
  local = startWebhooks(queues, handlers, console.error);
}, 60_000);
beforeEach(() => {
  lines = captureOutput();
  measured.length = 0;
});
afterAll(async () => {
  jest.restoreAllMocks();
  tellInstead(undefined);
  await local.stop();
  await bus.stop();
});

const linesOf = (event: string): Line[] =>
  lines.flatMap((line) => {
    const parsed = line.startsWith('{') ? (JSON.parse(line) as Line) : {};
    return parsed['event'] === event ? [parsed] : [];
  });

/** Begins a night as the schedule does, and waits until nothing is handed on any more. */
async function auditNight(atMs: number): Promise<void> {
  queues.audit.send({ body: JSON.stringify({ night: new Date(atMs).toISOString() }) });
  while (!local.isIdle() || queues.audit.held() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('seven nights in a row read every segment exactly once, whatever day comes first', () => {
  for (const total of [7, 49, 98]) {
    const read = [0, 1, 2, 3, 4, 5, 6].flatMap((night) => {
      const segments: number[] = [];
      for (let part = nextStart(night, total); part !== undefined; part = nextPart(part)) segments.push(part.segment);
      return segments;
    });
    expect(read.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
  }
});
const nextStart = (night: number, total: number): ReturnType<typeof nextPart> =>
  planNight(NIGHT + night * DAY_MS, total);

test('a week of nights reads the whole table by messages that hand on, finds nothing and writes nothing', async () => {
  const before = await wholeTable(life.service);
  for (let night = 0; night < 7; night += 1) await auditNight(NIGHT + night * DAY_MS);
  const read = linesOf('audit.segment_read');
  expect(read.map(({ segment }) => Number(segment)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: SEGMENTS }, (_, i) => i + 1),
  );
  expect(read.reduce((sum, { items }) => sum + Number(items), 0)).toBe(before.length);
  expect(linesOf('audit.violation_found')).toEqual([]);
  expect(measured.filter(([name]) => name === 'audit_violations')).toEqual(read.map(() => ['audit_violations', 0]));
  expect(await wholeTable(life.service)).toEqual(before);
}, 60_000);

test('a broken item is logged with its ids and the next step, is measured, and no secret or e-mail is', async () => {
  const license = (await wholeTable(life.service)).find(
    ({ sk, status }) => sk === 'license' && status === 'valid',
  ) as StoredItem;
  await overwrite(life.service, license, { seats_used: 77 });
  for (let night = 0; night < 7; night += 1) await auditNight(NIGHT + night * DAY_MS);
  await overwrite(life.service, license, {});
  const found = linesOf('audit.violation_found').find(({ rule }) => rule === 'seat-counter');
  expect(found).toMatchObject({
    level: 'ERROR',
    pk: license.pk,
    sk: 'license',
    ids: { license_id: license['id'] },
    repair: expect.stringContaining('counter'),
  });
  const sum = measured.reduce((total, [name, value]) => total + (name === 'audit_violations' ? value : 0), 0);
  expect(sum).toBe(linesOf('audit.violation_found').length);
  expect(lines.join('\n')).not.toMatch(new RegExp(`@example\\.com|${life.brand.key_prefix}-`));
}, 60_000);

/** A call of the function that is not made by a queue. */
const call = (body: string, ms: number) =>
  onRole({ Records: [{ messageId: 'm', body }] } as Parameters<typeof handler>[0], {
    awsRequestId: 'test',
    getRemainingTimeInMillis: countDown(ms),
  });

test('a segment that does not fit into a call fails, says what to do, and is handed out again', async () => {
  const late = await call(JSON.stringify({ segment: 1, last: 1, total: 1 }), 5 * SECOND_MS);
  expect(late).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
  expect(linesOf('audit.segment_failed')).toEqual([
    expect.objectContaining({ level: 'ERROR', error: expect.stringContaining('raise audit.segments') }),
  ]);
});

test.each(['', '{}', '{"night":"soon"}', '{"segment":3,"last":2,"total":7}', '{"segment":0,"last":1,"total":7}'])(
  'a message that names no segment fails and reads nothing: %j',
  async (body) => {
    expect(await call(body, 60 * SECOND_MS)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
    expect(linesOf('audit.segment_read')).toEqual([]);
  },
);
