import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const from = (module: string): string => `import * as it from '${module}';\nexport const used = it;\n`;
const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `export const a${index} = ${index};`).join('\n');

/** Code that bypasses the three files that own time, chance and timers. */
const uses = {
  time: [
    'export const now = new Date();',
    'export const now = Date.now();',
    'export const { now } = { now: Date.now };',
    'export const text = Date();',
    'export const since = performance.now();',
    'export const since = process.hrtime();',
    `import { performance } from 'node:perf_hooks';\nexport const since = performance.now();`,
  ],
  chance: [
    'export const fraction = Math.random();',
    'export const uuid = crypto.randomUUID();',
    `import { randomUUID } from 'node:crypto';\nexport const uuid = randomUUID();`,
    `import { randomBytes as bytes } from 'node:crypto';\nexport const drawn = bytes(8);`,
    `import { randomInt } from 'crypto';\nexport const drawn = randomInt(8);`,
  ],
  timers: [
    'export const signal = AbortSignal.timeout(1_000);',
    'setTimeout(() => undefined, 1);',
    'globalThis.setTimeout(() => undefined, 1);',
    'setInterval(() => undefined, 1);',
    'setImmediate(() => undefined);',
    `import { setTimeout as wait } from 'node:timers/promises';\nawait wait(1);`,
  ],
};

/** Code that the linter must refuse: its path, the code, and words of the message. */
const refused: [path: string, source: string, reason: string][] = [
  ['lib/domain/x.ts', from('../table/keys.ts'), 'lib/domain is pure'],
  ['lib/domain/x.ts', from('node:fs'), 'lib/domain is pure'],
  ['lib/domain/x.ts', from('@aws-sdk/client-dynamodb'), 'lib/domain is pure'],
  ['lib/events/x.ts', from('../table/keys.ts'), 'lib/events imports only'],
  ['lib/process/x.ts', from('../table/keys.ts'), 'lib/process is what a process has'],
  ['lib/process/x.ts', from('../context.ts'), 'lib/process is what a process has'],
  ['lib/dynamo/x.ts', from('../table/keys.ts'), 'lib/dynamo knows no entity'],
  ['lib/dynamo/x.ts', from('../domain/license.ts'), 'lib/dynamo knows no entity'],
  ['lib/table/x.ts', from('../commands/activate-license.ts'), 'lib/table imports only'],
  ['lib/table/x.ts', from('../http/problems.ts'), 'lib/table imports only'],
  ['lib/table/x.ts', from('../views/license-view.ts'), 'lib/table imports only'],
  ['lib/table/x.ts', from('../context.ts'), 'lib/table imports only'],
  ['lib/views/x.ts', from('../api/licenses.ts'), 'lib/views shows'],
  ['lib/views/x.ts', from('../queries/get-license.ts'), 'lib/views shows'],
  ['lib/commands/x.ts', from('../http/problems.ts'), 'A verb imports'],
  ['lib/commands/x.ts', from('../queries/check-license.ts'), 'A verb imports'],
  ['lib/queries/x.ts', from('../commands/activate-license.ts'), 'A verb imports'],
  ['lib/queries/x.ts', from('../runtime.ts'), 'A verb imports'],
  ['lib/queries/x.ts', from('../console/find.ts'), 'A verb imports'],
  ['lib/console/x.ts', from('../relay/relay.ts'), 'lib/console makes pages'],
  ['lib/console/x.ts', from('@aws-sdk/client-dynamodb'), 'Only lib/dynamo and lib/table speak to DynamoDB'],
  ['lib/table/x.ts', from('@aws-sdk/lib-dynamodb'), 'lib/dynamo/attributes.ts translates items'],
  ['lib/dynamo/x.ts', from('@aws-sdk/util-dynamodb'), 'lib/dynamo/attributes.ts translates items'],
  ['lib/queries/x.ts', from('@aws-sdk/lib-dynamodb'), 'Only lib/dynamo and lib/table speak to DynamoDB'],
  ['lib/http/x.ts', from('../commands/activate-license.ts'), 'lib/http imports no verb'],
  ['lib/http/x.ts', from('../../functions/activate-license.ts'), 'lib/http imports no verb'],
  ['lib/api/x.ts', from('../table/keys.ts'), 'The route table is pure data'],
  ['lib/api/x.ts', from('../http/problems.ts'), 'The route table is pure data'],
  ['lib/relay/x.ts', from('../commands/activate-license.ts'), 'lib/relay takes journal entries'],
  ['lib/relay/x.ts', from('@aws-sdk/client-dynamodb'), 'Only lib/dynamo and lib/table speak to DynamoDB'],
  ['lib/webhooks/x.ts', from('../commands/activate-license.ts'), 'lib/webhooks takes events'],
  ['lib/webhooks/x.ts', from('../relay/bus.ts'), 'lib/webhooks takes events'],
  ['lib/webhooks/x.ts', from('@aws-sdk/client-dynamodb'), 'Only lib/dynamo and lib/table speak to DynamoDB'],
  ['bin/x.ts', from('../functions/relay-journal.ts'), 'A command of an operator'],
  ['lib/context.ts', from('./http/problems.ts'), 'The context is below verbs'],
  ['lib/jobs.ts', from('./process/config.ts'), 'The jobs and the stacks are pure data'],
  ['lib/jobs.ts', from('node:crypto'), 'The jobs and the stacks are pure data'],
  ['lib/dynamo/x.ts', from('../jobs.ts'), 'lib/dynamo knows no entity'],
  ['lib/webhooks/x.ts', from('../jobs.ts'), 'lib/webhooks takes events'],
  ['functions/x.ts', from('../lib/table/licenses.ts'), 'A function only binds'],
  ['functions/x.ts', from('@aws-sdk/util-dynamodb'), 'Only lib/dynamo and lib/table speak to DynamoDB'],
  ['infra/x.ts', from('../lib/commands/activate-license.ts'), 'infra learns the service'],
  ['infra/x.ts', from('../lib/table/keys.ts'), 'infra learns the service'],
  ['infra/x.ts', from('../local/engine.ts'), 'infra learns the service'],
  ['local/x.ts', from('../test/support/engine-endpoint.ts'), 'does not depend on its tests'],
  ['lib/http/x.ts', `import { z } from 'zod/mini';\nexport const used = z;\n`, "Write import * as z from 'zod'"],
  ['lib/http/x.ts', from('zod'), 'Write schemas with zod/mini'],
  ['lib/http/x.ts', `import '../domain/license.ts';`, 'No file acts when it is imported'],
  ['functions/x.ts', `import '../lib/context.ts';`, 'No file acts when it is imported'],
  ['lib/events/x.ts', from('zod'), 'Write schemas with zod/mini'],
  ['lib/webhooks/x.ts', from('zod'), 'Write schemas with zod/mini'],
  ['lib/domain/x.ts', from('zod'), 'Write schemas with zod/mini'],
  ['functions/x.ts', from('zod'), 'Write schemas with zod/mini'],
  ['test/x.test.ts', `import { z } from 'zod';\nexport const used = z;\n`, "Write import * as z from 'zod'"],
  ['lib/http/x.ts', 'export const stage = process.env.STAGE;', 'read in lib/process/config.ts alone'],
  ['infra/x.ts', 'export const { env } = process;', 'read in lib/process/config.ts alone'],
  ['lib/http/x.ts', `export { env } from 'node:process';`, 'read in lib/process/config.ts alone'],
  ['lib/http/x.ts', `export const late = await import('../commands/activate-license.ts');`, 'Import at the top'],
  ...['lib/relay/x.ts', 'lib/commands/x.ts', 'functions/x.ts', 'bin/x.ts'].map((path): [string, string, string] => [
    path,
    `import { SQSClient } from '@aws-sdk/client-sqs';\nexport const client = new SQSClient({ maxAttempts: 1 });`,
    'Make a client of AWS with clientOptions()',
  ]),
  ...['lib/relay/x.ts', 'lib/dynamo/x.ts', 'lib/queries/x.ts', 'bin/x.ts'].map((path): [string, string, string] => [
    path,
    `import { SQSClient } from '@aws-sdk/client-sqs';
import { clientOptions, QUEUE_PATIENCE } from '../process/aws-client.ts';
export const client = new SQSClient(clientOptions({}, QUEUE_PATIENCE));`,
    'Open a client of AWS by withoutLogger()',
  ]),
  ['lib/table/x.ts', `export const asked = { ConditionExpression: 'a = b' };`, 'Only lib/dynamo writes expressions'],
  ['lib/queries/x.ts', `export const asked = { UpdateExpression: 'SET a = b' };`, 'Only lib/dynamo writes expressions'],
  ['lib/table/x.ts', `export const asked = { 'FilterExpression': 'a = b' };`, 'Only lib/dynamo writes expressions'],
  ['lib/domain/x.ts', 'export const now = new Date();', 'Time comes in'],
  ['lib/domain/x.ts', `export const now = Date['now']();`, 'Time comes in'],
  ['lib/http/x.ts', `export const drawn = Math['random']();`, 'Chance comes from lib/process/random.ts'],
  ['test/x.test.ts', `test['only']('a', () => undefined);`, 'Every test runs'],
  ['lib/commands/x.ts', 'export const now = Date.now();', 'Time comes in'],
  ['lib/queries/x.ts', 'export const now = Date.now();', 'Time comes in'],
  ...['lib/http/x.ts', 'lib/dynamo/x.ts', 'functions/x.ts', 'local/x.ts', 'bin/x.ts'].flatMap((path) => [
    ...uses.time.map((source): [string, string, string] => [path, source, 'Time comes from lib/process/clock.ts']),
    ...uses.chance.map((source): [string, string, string] => [path, source, 'Chance comes from lib/process/random.ts']),
    ...uses.timers.map((source): [string, string, string] => [path, source, 'Timers are set in lib/process/timers.ts']),
  ]),
  ['lib/domain/x.ts', 'export const uuid = crypto.randomUUID();', 'Chance comes from lib/process/random.ts'],
  ['lib/process/clock.ts', from('./logger.ts'), 'import nothing but node'],
  ['lib/http/x.ts', 'console.log(1);', 'no-console'],
  ['functions/x.ts', 'console.log(1);', 'no-console'],
  ['lib/http/x.ts', 'export const x: any = 1;', 'no-explicit-any'],
  ['lib/http/x.ts', 'export const x = (y: string | undefined): string => y!;', 'no-non-null-assertion'],
  ['test/x.test.ts', `test.only('a', () => undefined);`, 'Every test runs'],
  ['test/x.test.ts', `describe.skip('a', () => undefined);`, 'Every test runs'],
  ['test/x.test.ts', `test.skip.each([1])('a', () => undefined);`, 'Every test runs'],
  ['test/x.test.ts', `xit('a', () => undefined);`, 'Every test runs'],
  ['lib/http/x.ts', '// TO' + 'DO: later', 'no-warning-comments'],
  ['lib/http/x.ts', '/* eslint-' + 'disable no-console */\nconsole.log(1);', 'no-console'],
  ['lib/http/x.ts', 'export const x = (y: number[]): number[] => (y.push(1), y);', 'no-sequences'],
  ...[
    'let y = 0;\nexport const x = (y = 1);',
    'let y = 0;\nexport const x = (): number => (y += 1);',
    'let y: number[] | undefined;\nexport const x = (): number => (y ??= []).push(1);',
    'let y: number | undefined;\nexport const x = { y: (y ??= 1) };',
  ].flatMap((source) =>
    ['lib/http/x.ts', 'lib/domain/x.ts', 'lib/dynamo/x.ts', 'bin/x.ts', 'infra/x.ts', 'test/x.ts'].map(
      (path): [string, string, string] => [path, source, 'An assignment is a statement of its own'],
    ),
  ),
  ['lib/http/x.ts', 'export function f(y: number): void {\n  if ((y = 1)) f(y);\n}', 'no-cond-assign'],
  ['lib/http/x.ts', lines(301), 'max-lines'],
  ['lib/http/x.ts', `export function f(): void {\n${'  f();\n'.repeat(60)}}`, 'max-lines-per-function'],
];

const allowed: [path: string, source: string][] = [
  ['lib/domain/x.ts', from('zod/mini')],
  ['bin/x.ts', from('zod')],
  ['lib/domain/x.ts', `import { createHash } from 'node:crypto';\nexport const hash = createHash('sha256');`],
  ['lib/process/clock.ts', 'export const now = (): number => Date.now() + performance.now();'],
  ['lib/process/random.ts', `import { randomBytes } from 'node:crypto';\nexport const drawn = randomBytes(8);`],
  ['lib/process/timers.ts', 'export const soon = (ms: number): AbortSignal => AbortSignal.timeout(ms);'],
  ['lib/http/x.ts', 'export const at = (ms: number): Date => new Date(ms);'],
  ['lib/http/x.ts', 'export function f(n: number): void {\n  for (let i = 0; i < n; i += 1) n = n - 1;\n}'],
  ['test/x.test.ts', `import { setTimeout as wait } from 'node:timers/promises';\nexport const pause = wait;`],
  ['lib/domain/x.ts', 'export const at = (ms: number): Date => new Date(ms);'],
  ['lib/events/x.ts', from('../domain/ids.ts')],
  ['lib/table/x.ts', from('@aws-sdk/client-dynamodb')],
  ['lib/commands/x.ts', from('../table/licenses.ts')],
  ['lib/queries/x.ts', from('../context.ts')],
  ['lib/http/x.ts', from('@middy/core')],
  ['lib/api/x.ts', from('../domain/ids.ts')],
  ['lib/api/x.ts', from('zod/mini')],
  ['lib/dynamo/x.ts', from('../process/aws-client.ts')],
  ['lib/table/x.ts', from('../dynamo/table.ts')],
  ['lib/views/x.ts', from('../context.ts')],
  ['lib/queries/search/x.ts', from('../../views/license-view.ts')],
  ['lib/process/config.ts', 'export const stage = process.env.STAGE;'],
  ['functions/x.ts', from('../lib/commands/activate-license.ts')],
  ['infra/x.ts', from('../lib/api/routes.ts')],
  ['infra/x.ts', from('../lib/jobs.ts')],
  ['local/x.ts', from('../lib/jobs.ts')],
  ['bin/x.ts', from('../lib/jobs.ts')],
  ['lib/jobs.ts', from('./domain/event-source.ts')],
  ['lib/process/x.ts', from('../jobs.ts')],
  ['infra/x.ts', from('../lib/dynamo/schema.ts')],
  ['infra/x.ts', from('../lib/table/item-classes.ts')],
  ['local/x.ts', from('../functions/activate-license.ts')],
  ['infra/x.ts', from('aws-cdk-lib/aws-dynamodb')],
  ['lib/relay/x.ts', from('../table/journal-stream.ts')],
  ['lib/relay/x.ts', from('@aws-sdk/client-eventbridge')],
  ['lib/webhooks/x.ts', from('node:https')],
  ['lib/webhooks/x.ts', from('@aws-sdk/client-sqs')],
  [
    'lib/webhooks/x.ts',
    `import { SQSClient } from '@aws-sdk/client-sqs';
import { clientOptions, QUEUE_PATIENCE, withoutLogger } from '../process/aws-client.ts';
export const client = withoutLogger(new SQSClient(clientOptions({}, QUEUE_PATIENCE)));`,
  ],
  ['lib/commands/x.ts', from('../webhooks/attempt.ts')],
  ['functions/x.ts', from('../lib/relay/open-relay.ts')],
  ['bin/x.ts', from('../lib/relay/redrive.ts')],
  ['lib/commands/purchase/x.ts', from('../../context.ts')],
  ['bench/x.ts', from('@aws-sdk/lib-dynamodb')],
];

const root = join(import.meta.dirname, '../..');
const snippets = [...refused, ...allowed].map(([path, source]) => ({ path, source }));
const answer: unknown = JSON.parse(
  execFileSync(process.execPath, [join(root, 'test/support/inputs/lint-snippets.ts')], {
    input: JSON.stringify(snippets),
    encoding: 'utf8',
    cwd: root,
  }),
);
const findings = answer as string[][];

describe('the linter', () => {
  test.each(
    refused.map((row, index) => ({
      path: row[0],
      code: row[1].slice(0, 70).trim(),
      reason: row[2],
      messages: findings[index],
    })),
  )('refuses $code in $path: $reason', ({ reason, messages }) => {
    expect(messages?.join('\n')).toContain(reason);
  });
});

describe('the linter', () => {
  test.each(
    allowed.map((row, index) => ({
      path: row[0],
      code: row[1].slice(0, 70).trim(),
      messages: findings[refused.length + index],
    })),
  )('allows $code in $path', ({ messages }) => {
    expect(messages).toEqual([]);
  });
});

test('the linter refuses floating promises in every TypeScript file', () => {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], {
    encoding: 'utf8',
    cwd: root,
  });
  const files = listed.split('\n').filter((file) => file !== '' && existsSync(join(root, file)));
  const program = `import { ESLint } from 'eslint';
    import { text } from 'node:stream/consumers';
    const eslint = new ESLint();
    const accepting = [];
    for (const file of JSON.parse(await text(process.stdin))) {
      const { rules } = (await eslint.calculateConfigForFile(file)) ?? {};
      if (rules?.['@typescript-eslint/no-floating-promises']?.[0] !== 2) accepting.push(file);
    }
    process.stdout.write(JSON.stringify(accepting));`;
  const accepting = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    input: JSON.stringify(files),
    encoding: 'utf8',
    cwd: root,
  });
  expect(JSON.parse(accepting)).toEqual([]);
  const rooms = new Set(files.map((file) => file.split('/')[0]));
  expect([...rooms]).toEqual(expect.arrayContaining(['lib', 'local', 'bin', 'functions', 'infra']));
});
