import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTable } from '../../local/create-table.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { deactivateLicense } from '../../lib/api/deactivate.ts';
import { required } from '../../lib/domain/invariant.ts';
import { DAY_MS, HOUR_MS, isoSeconds } from '../../lib/domain/time.ts';
import { moveClock } from '../support/run/clock.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { tablesOfThisFile } from '../support/run/tables.ts';
import { useBackOffice, useBrand, useService } from '../support/service/started-service.ts';
import { startTwoRegions, type TwoRegions } from '../support/service/two-regions.ts';
import { putCopies, wholeTable, type StoredItem } from '../support/table/whole-table.ts';

const service = useService();
const brand = useBrand(service, { slug: 'wp-rocket', key_prefix: 'WPR' });
const backOffice = useBackOffice(service, brand);
const replica = `test-${randomUUID()}`;
let aws: TwoRegions;
beforeAll(async () => {
  tablesOfThisFile.push({ endpoint: engineEndpoint(), tableName: replica });
  await createTable(service.client, replica);
  aws = await startTwoRegions('prod', { 'eu-central-1': service.tableName, 'eu-west-1': replica });
});
afterAll(() => aws.stop());

/** The commands wait a minute for DynamoDB's hosts, and seconds before they look again: nobody else writes here. */
const WITHOUT_PAUSES = `--import data:text/javascript,${encodeURIComponent(
  `import timers from 'node:timers/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { setTimeout: wait } = timers;
  timers.setTimeout = (ms, ...rest) => wait(0, ...rest);
  syncBuiltinESMExports();`,
)}`;

type Run = { code: number; stdout: string; stderr: string };

function run(program: string, args: readonly string[]): Promise<Run> {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, NODE_OPTIONS: WITHOUT_PAUSES, ...aws.environment };
  return new Promise((resolve) => {
    execFile('node_modules/.bin/node', [program, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const keyOf = ({ pk, sk }: StoredItem): string => `${pk} ${sk}`;

/** Three changes of three licenses, of each of which another item has not arrived in the second region. */
async function writeAndReplicateInPart(): Promise<void> {
  // Each change comes in a second of its own, as it does where few things happen: the violations are always the same.
  moveClock(-2 * HOUR_MS);
  const bought = [await backOffice.buy({ max_seats: 3 }), await backOffice.buy(), await backOffice.buy()];
  for (const { site } of bought) await service.call(activateLicense, { body: site('first') });
  const [one, two, three] = bought;
  const before = await wholeTable(service);
  moveClock(HOUR_MS);
  await service.call(activateLicense, { body: one?.site('second') });
  await backOffice.change(two?.id ?? '', { max_seats: 7 });
  await service.call(deactivateLicense, { body: three?.site('first') });
  moveClock(HOUR_MS);

  const old = new Map(before.map((item) => [keyOf(item), JSON.stringify(item)]));
  const changed = (await wholeTable(service)).filter((item) => old.get(keyOf(item)) !== JSON.stringify(item));
  const isLate = ({ pk, sk, id, after }: StoredItem): boolean =>
    (sk === 'license' && id === one?.id) ||
    (sk.startsWith('journal#') && pk.endsWith(two?.id ?? 'nothing') && after !== undefined) ||
    (sk.startsWith('seat#') && pk === changed.find((item) => item.sk === 'license' && item['id'] === three?.id)?.pk);
  expect(changed.filter(isLate)).toHaveLength(3);
  const there = new Map([...before, ...changed.filter((item) => !isLate(item))].map((item) => [keyOf(item), item]));
  const items = [...there.values()];
  const { documents } = service;
  await putCopies({ documents, tableName: replica }, items.length, (n) => required(items[n], 'an item of each number'));
}

const PLACES = '--stage prod --region eu-central-1 --to eu-west-1';
const SECOND = '--stage prod --second-region eu-west-1';
const dayFrom = (ms: number): string => isoSeconds(Date.now() + ms).slice(0, 10);
const OUTAGE = `--from ${dayFrom(-DAY_MS)} --to ${dayFrom(DAY_MS)}`;
const REPLAY = `npm run replay -- ${SECOND} --brand wp-rocket ${OUTAGE}`;
const PROGRAMS: Record<string, string> = { admin: 'bin/admin.ts', audit: 'bin/audit.ts', replay: 'bin/replay.ts' };

/** Progress that depends on the speed of the machine, and the addresses of violations. */
const LEFT_OUT = /^(\S+Z +\d+ %|segment \d+ of \d+-| {4}(item|ids|since):| {2}next:)/;
/** The lines between the first line of progress and the last one. */
const MIDDLE = /(^segment 1 of .*\n)[^]*?(^segment 49 of )/gm;

/** The violations of a promise by their texts, and each text once: an audit lists them by the hashes of their keys. */
const sorted = (text: string): string =>
  text.replaceAll(/(?:^ {2}\S.*\n)+/gm, (lines) => {
    const each = new Set(lines.trimEnd().split('\n'));
    return `${[...each].sort().join('\n')}\n`;
  });

/** Returns the lines of a terminal: a command prints its progress, then its answer, then its note. */
async function show(command: string, code: number): Promise<string> {
  const [name = '', ...args] = command.replace(/^npm run (\w+) --/, '$1').split(' ');
  const ran = await run(required(PROGRAMS[name], 'a known program'), args);
  expect({ command, ...ran }).toMatchObject({ code });
  const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !LEFT_OUT.test(line));
  const isProgress = (line: string): boolean => line.startsWith('segment ');
  const printed = lines(ran.stderr);
  const notes = printed.filter((line) => !isProgress(line));
  const shown = [`$ ${command}`, ...printed.filter(isProgress), ...lines(ran.stdout), ...notes].join('\n');
  return shown.replace(MIDDLE, '$1…\n$2');
}

/** Masks the parts that differ from run to run: times, items that count calls, and how items are spread. */
const masked = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z?)?/g, 'TIME')
    .replaceAll(/^(segment \d+ of 49) .*$/gm, '$1')
    .replaceAll(/^\d+ items read/gm, 'N items read');

test('a failover to writes prints what the page shows: fence, audit, mend, audit, and a replay', async () => {
  await writeAndReplicateInPart();
  const shown = [
    await show(`npm run admin -- failover mend ${PLACES} --yes`, 1),
    await show(`npm run admin -- failover fence ${PLACES} --yes`, 0),
    sorted(await show(`npm run audit -- ${SECOND}`, 1)),
    await show(`npm run admin -- failover mend ${PLACES} --json --yes`, 0),
    await show(`npm run audit -- ${SECOND}`, 0),
    await show(REPLAY, 0),
  ].join('\n\n');
  expect(new Set(aws.sent.map(({ region }) => region))).toEqual(new Set(['eu-west-1']));
  expect(aws.sent.filter(({ detail }) => JSON.stringify(detail).includes('"failover"'))).not.toEqual([]);

  const page = readFileSync('docs/recovery.md', 'utf8');
  const block = /```\n(\$ npm run admin -- failover [^`]*)\n```/.exec(page)?.[1] ?? '';
  if (process.env['SHOWN']) writeFileSync(process.env['SHOWN'], shown);
  expect(masked(shown)).toBe(masked(block));
}, 60_000);
