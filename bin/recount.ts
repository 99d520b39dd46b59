import { parseArgs } from 'node:util';
import { readConfig } from '../lib/process/config.ts';
import { openLogger } from '../lib/process/logger.ts';
import { randomFraction } from '../lib/process/random.ts';
import { deadline } from '../lib/process/timers.ts';
import { scanSegment } from '../lib/dynamo/scan.ts';
import type { Table } from '../lib/dynamo/table.ts';
import { recount } from '../lib/relay/recount.ts';
import { brandPrefixes, findPrefix } from '../lib/table/brands.ts';
import { PLATFORM } from '../lib/table/keys.ts';
import { readEnvironment } from './environment.ts';
import { openWire } from './redrive/wire.ts';

const HELP = `Makes the counters of analytics again, from the journal of every change.

  npm run recount -- --stage STAGE      a deployed stage; needs AWS credentials in the environment
  npm run recount -- --local            the service that runs on this machine
  npm run recount -- … --brand SLUG     only the counters of one brand
  npm run recount -- --help             shows this text

The old counters are shown until the new ones are whole, and events are counted in both meanwhile. It reads the table
twice. An interrupted run is continued by the next one.
`;

const OPTIONS = {
  stage: { type: 'string' },
  local: { type: 'boolean' },
  'local-dir': { type: 'string', default: '.local' },
  brand: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const STEP_MS = 30_000;

async function main(args: readonly string[]): Promise<void> {
  const { stage, local, brand, help, 'local-dir': localDir } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (help === true) {
    console.log(HELP);
    return;
  }
  if ((stage === undefined) === (local !== true))
    throw new Error('Give one of --stage STAGE and --local. See npm run recount -- --help');
  const environment = {
    AWS_REGION: 'eu-west-1',
    ...(await readEnvironment(stage === undefined ? { kind: 'local', localDir } : { kind: 'stage', stage })),
  };
  const wire = openWire(environment);
  const config = readConfig(environment);
  const open = (owner: string): Table => ({ wire, name: config.tableName, owners: [owner], signal: deadline(STEP_MS) });
  const { entities, removed, gaps } = await recount({
    brands: await findBrands(open, brand),
    open,
    pages: () => scanSegment(wire.client, config.tableName, { segment: 0, total: 1 }),
    random: randomFraction,
    logger: openLogger(config),
    onProgress: (count) => {
      if (count % 1000 === 0) console.error(`${String(count)} histories counted`);
    },
  });
  wire.client.destroy();
  for (const [id, missing] of gaps)
    console.error(`The history of ${id} lacks the entries ${[...missing].join(', ')}: they are not counted.`);
  console.log(`${String(entities)} histories counted, ${String(removed)} items of earlier counters removed.`);
}

async function findBrands(open: (owner: string) => Table, slug: string | undefined): Promise<string[]> {
  if (slug !== undefined) {
    const prefix = await findPrefix(open(PLATFORM), slug);
    if (prefix === undefined) throw new Error(`There is no brand ${JSON.stringify(slug)} (--brand).`);
    return [prefix];
  }
  const found: string[] = [];
  let after: Awaited<ReturnType<typeof brandPrefixes>>['last'];
  do {
    const page = await brandPrefixes(open(PLATFORM), { limit: 100, after });
    found.push(...page.prefixes);
    after = page.last;
  } while (after !== undefined);
  return found;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
