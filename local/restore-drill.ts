import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { uptimeMs } from '../lib/process/clock.ts';
import { routes } from '../lib/api/routes.ts';
import { prepareTable } from '../lib/dynamo/prepare-table.ts';
import { createTable, localClient } from './create-table.ts';
import { dataKeyFile } from './data-key.ts';
import { checkCopy } from './drill/check-copy.ts';
import { sellSome } from './drill/sell-some.ts';
import {
  compareDigests,
  computeDigests,
  exportTable,
  restoreTable,
  type Difference,
  type Digests,
  type TableLocation,
} from './drill/table-copy.ts';
import { startEngine, type Engine } from './engine.ts';
import { importFunctions } from './functions.ts';
import { createGateway } from './gateway.ts';

const HELP = `Practices a restore of the table with the switch to it: exports the table, restores the export into a
new table, turns on what a restore leaves off, compares both item by item, and checks through the function of the
check, pointed to the new table, that active sites are still active. It prints how long each step took.

  npm run restore-drill                      uses a database of its own, with demo data
  npm run restore-drill -- --licenses 5000   creates this many licenses in it (default 50)
  npm run restore-drill -- --local           uses the data of the running service
  npm run restore-drill -- --help            shows this text

The copy is deleted at the end. The exit code is 0 when the copy is complete and works, else 1.
`;

const OPTIONS = {
  local: { type: 'boolean', default: false },
  'local-dir': { type: 'string', default: '.local' },
  licenses: { type: 'string', default: '50' },
  help: { type: 'boolean', short: 'h' },
} as const;

const TABLE_NAME = 'license-service';
const SHOWN = 10;

/** The source of the data, and whether others write to it meanwhile. */
type Source = TableLocation & { endpoint: string; dataKey: string; isLive: boolean };

async function drill(source: Source, copy: TableLocation & { endpoint: string }, folder: string): Promise<boolean> {
  const started = uptimeMs();
  console.log(`Restore drill: ${source.tableName} at ${source.endpoint} into a new database at ${copy.endpoint}`);
  const file = join(folder, 'export.jsonl.gz');
  const exported = await step(
    'exported',
    (progress) => exportTable(source, file, progress),
    ({ size }) => `${count(size)} items, ${count(statSync(file).size)} bytes`,
  );
  await step(
    'restored',
    (progress) => restoreTable(file, copy, progress),
    (restored) => `${count(restored)} items`,
  );
  await step(
    'prepared',
    () => prepareTable({ ...copy, region: 'eu-west-1', isProtected: true }),
    ({ recovery }) => `stream and time to live are on, point-in-time recovery is ${recovery}`,
  );
  const isWhole = await compare(exported, source, copy);
  const { asked, right, wrong, erased } = await step(
    'switched',
    () => checkCopy(copy, source.dataKey),
    () => `the function of the check reads ${copy.tableName}`,
  );
  console.log(`checked   ${right} of ${asked} active sites may run on the copy`);
  list('answered differently', wrong);
  if (erased > 0)
    console.log(`          ${count(erased)} active sites were left out, because an erasure removed their names.`);
  const minutes = ((uptimeMs() - started) / 60_000).toFixed(1);
  console.log(`took      ${minutes} minutes from the export to the last check; the copy is as of the export`);
  if (asked === 0) console.log('          No site is active in this data, so there was nothing to check.');
  return isWhole && asked > 0 && wrong.length === 0;
}

/**
 * The copy must be what was exported. What was exported must be the source, but for what others wrote there meanwhile.
 */
async function compare(exported: Digests, source: Source, copy: TableLocation): Promise<boolean> {
  const [ofCopy, ofSource] = [
    compareDigests(exported, await computeDigests(copy)),
    compareDigests(exported, await computeDigests(source)),
  ];
  console.log(`compared  ${count(exported.size)} items: ${summary(ofCopy)}`);
  for (const [name, keys] of Object.entries(ofCopy)) list(name, keys);
  const moved = sizeOf(ofSource);
  if (moved > 0 && source.isLive)
    console.log(
      `          ${count(moved)} items were changed in the source after the export. The copy has them as exported.`,
    );
  if (moved > 0 && !source.isLive) console.log(`          The source differs from its export: ${summary(ofSource)}`);
  return sizeOf(ofCopy) === 0 && (moved === 0 || source.isLive);
}

const sizeOf = ({ missing, changed, added }: Difference): number => missing.length + changed.length + added.length;
const summary = (difference: Difference): string =>
  sizeOf(difference) === 0
    ? 'all equal'
    : `${count(difference.missing.length)} missing, ${count(difference.changed.length)} different,` +
      ` ${count(difference.added.length)} added`;
const count = (value: number): string => value.toLocaleString('en');

function list(what: string, entries: readonly string[]): void {
  for (const entry of entries.slice(0, SHOWN)) console.log(`          ${what}: ${entry}`);
  if (entries.length > SHOWN) console.log(`          and ${count(entries.length - SHOWN)} more`);
}

/** Shows how far it is once a second, and at the end what was done in which time. */
async function step<T>(
  name: string,
  work: (progress: (items: number) => void) => Promise<T>,
  describe: (outcome: T) => string,
): Promise<T> {
  const started = uptimeMs();
  let shown = started;
  const outcome = await work((items) => {
    if (uptimeMs() - shown < 1_000) return;
    shown = uptimeMs();
    console.log(`${name.padEnd(10)}${count(items)} items so far`);
  });
  console.log(`${name.padEnd(10)}${describe(outcome)}, in ${((uptimeMs() - started) / 1_000).toFixed(1)} s`);
  return outcome;
}

function runningSource(localDir: string): Source {
  try {
    const stack = JSON.parse(readFileSync(join(localDir, 'stack.json'), 'utf8')) as {
      TABLE_NAME: string;
      DYNAMODB_ENDPOINT: string;
    };
    const endpoint = stack.DYNAMODB_ENDPOINT;
    return {
      client: localClient(endpoint),
      endpoint,
      tableName: stack.TABLE_NAME,
      dataKey: join(localDir, 'data-key'),
      isLive: true,
    };
  } catch (cause) {
    throw new Error('The service does not run on this machine. Start it with npm start.', { cause });
  }
}

/** An engine with demo data, made by the service itself. */
async function ownSource(engines: Engine[], folder: string, licenses: number): Promise<Source> {
  const engine = await startEngine();
  engines.push(engine);
  const { endpoint } = engine;
  const client = localClient(endpoint);
  await createTable(client, TABLE_NAME, { stream: false });
  const dataKey = dataKeyFile(folder, undefined);
  const environment = {
    TABLE_NAME,
    DYNAMODB_ENDPOINT: endpoint,
    DATA_KEY_FILE: dataKey,
    LOG_LEVEL: 'SILENT',
    STAGE: 'local',
    AWS_REGION: 'eu-west-1',
  };
  Object.assign(process.env, environment, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  // The check is left out: it is asked on the copy, and a function keeps the table that it first had.
  const used = routes.filter((route) => route.function !== 'check-license');
  const gateway = createGateway({ routes: used, ...(await importFunctions(used)), onError: console.error });
  await sellSome(gateway, { endpoint, tableName: TABLE_NAME, region: environment.AWS_REGION }, licenses);
  return { client, endpoint, tableName: TABLE_NAME, dataKey, isLive: false };
}

async function main(args: readonly string[]): Promise<number> {
  const { local, help, licenses, 'local-dir': localDir } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (help === true) {
    console.log(HELP);
    return 0;
  }
  if (!/^[1-9]\d{0,5}$/.test(licenses))
    throw new Error(`--licenses must be a number from 1 to 999999, not ${JSON.stringify(licenses)}.`);
  const folder = mkdtempSync(join(tmpdir(), 'restore-drill-'));
  const engines: Engine[] = [];
  try {
    const source = local ? runningSource(localDir) : await ownSource(engines, folder, Number(licenses));
    const fresh = await startEngine();
    engines.push(fresh);
    const client = localClient(fresh.endpoint);
    const tableName = `${source.tableName}-restored`;
    await createTable(client, tableName, { stream: false });
    const isGood = await drill(source, { client, endpoint: fresh.endpoint, tableName }, folder);
    console.log(
      isGood
        ? 'The copy is complete, and the service works on it.'
        : 'THE COPY IS NOT COMPLETE, or the service does not work on it.',
    );
    return isGood ? 0 : 1;
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
    rmSync(folder, { recursive: true });
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
