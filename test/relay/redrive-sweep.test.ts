import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Redriven } from '../../bin/redrive/redrive.ts';
import { buildSweepRedrive } from '../../bin/redrive/sweep.ts';
import { startBus, type LocalBus } from '../../local/bus.ts';
import { openQueueClient } from '../../lib/process/queue-client.ts';
import { keys } from '../../lib/table/keys.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { openStock, type Stock, BOUGHT, nearlyDue } from '../support/service/due-licenses.ts';

const NOW = '2027-01-01T13:00:00Z';

let bus: LocalBus;
let client: SQSClient;
let stock: Stock;
beforeEach(async () => {
  bus = await startBus([], (error) => {
    throw error;
  });
  client = openQueueClient({ region: 'eu-west-1', endpoint: bus.endpoint });
  stock = await openStock({ swept: '2027-01-01' });
  await stock.add('WPR', BOUGHT, nearlyDue());
  // The scheduler's message: the call's input, with the error in its attributes.
  for (const MessageBody of ['{}', '{}'])
    await client.send(new SendMessageCommand({ QueueUrl: bus.queueUrl, MessageBody }));
});
afterEach(async () => {
  client.destroy();
  await bus.stop();
});

async function run(dryRun: boolean): Promise<Redriven[]> {
  const all: Redriven[] = [];
  const { run } = buildSweepRedrive({ client, QueueUrl: bus.queueUrl, sweep: () => stock.sweep(NOW) });
  for await (const one of run({ dryRun })) all.push(one);
  return all;
}
const announced = async (): Promise<string[]> => (await stock.journal()).map(({ type }) => type);

test('a redrive replaces all missed sweep calls by one sweep and removes them from the queue', async () => {
  expect(await buildSweepRedrive({ client, QueueUrl: bus.queueUrl, sweep: () => stock.sweep(NOW) }).count()).toBe(2);
  expect(await run(false)).toEqual([
    { line: expect.stringMatching(/^swept {2}.* {2}no error given$/), kept: false },
    { line: expect.stringMatching(/^swept {2}/), kept: false },
  ]);
  expect(await announced()).toEqual(['license.expired']);
  expect(await run(false)).toEqual([]);
});

test('a dry run lists the missed sweep calls, and neither sweeps nor removes any', async () => {
  expect(await run(true)).toEqual([
    { line: expect.stringMatching(/^would be swept {2}/), kept: false },
    { line: expect.stringMatching(/^would be swept {2}/), kept: false },
  ]);
  expect(await announced()).toEqual([]);
});

test('a redrive keeps the missed sweep calls if its sweep does not finish', async () => {
  const broken = await stock.add('WPR', BOUGHT, nearlyDue());
  await transact<never>(stock.table('WPR'), [
    { update: keys.license('WPR', broken.anchor), set: { announced: { ...broken.announced, leads: undefined } } },
  ]);
  for (const { line, kept } of await run(false)) {
    expect(line).toMatch(/^kept .*the sweep did not finish; licenses still due: 1$/);
    expect(kept).toBe(true);
  }
  expect(await announced()).toEqual(['license.expired']);
});

test.each([
  [
    ['--local', '--queue', 'nonsense'],
    /^There is no dead-letter queue "nonsense"\. Give one of relay, sweep: --queue relay$/,
  ],
  [['--queue', 'sweep'], /^Give one of --stage STAGE and --local\. See npm run redrive -- --help$/],
])('npm run redrive -- %j is refused in one line', async (args, line) => {
  const failed = promisify(execFile)('node_modules/.bin/node', ['bin/redrive.ts', ...args]);
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(new RegExp(line.source.replace(/\$$/, '\\n$'))),
  });
});
