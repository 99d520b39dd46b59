import { parseArgs } from 'node:util';
import { readConfig, readEventsConfig } from '../lib/config.ts';
import { openAsideQueue } from '../lib/relay/aside.ts';
import { openBrandSlugs } from '../lib/relay/brand-slugs.ts';
import { openBus } from '../lib/relay/bus.ts';
import { redrive, type Redriven, type RedriveParts } from '../lib/relay/redrive.ts';
import { sdkWire } from '../lib/table/sdk-wire.ts';
import { placeOf, type Place } from './place.ts';

const HELP = `Puts events that were set aside on the bus again.

  npm run redrive -- --stage STAGE     of a deployed stage, with credentials in the environment
  npm run redrive -- --local           of the service that runs on this machine
  npm run redrive -- … --dry-run       says what it would do, and does nothing
  npm run redrive -- --help            this text

It takes each journal key from the dead-letter queue, reads the entry from the journal as it is now, puts it on the bus and
removes the message. What still cannot go stays in the queue, with the reason shown; then it ends with 1. A message that it has
looked at is back in the queue after five minutes.
`;

const OPTIONS = {
  stage: { type: 'string' },
  local: { type: 'boolean' },
  'local-dir': { type: 'string', default: '.local' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(args: readonly string[]): Promise<number> {
  const { stage, local, help, 'local-dir': localDir, 'dry-run': dryRun } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (help === true) {
    console.log(HELP);
    return 0;
  }
  if ((stage === undefined) === (local !== true)) throw new Error('Give one of --stage STAGE and --local. See npm run redrive -- --help');
  const parts = openParts(await placeOf(stage === undefined ? { localDir } : { stage }));
  const total = await parts.queue.count();
  console.log(`About ${total} set aside.`);
  let done = 0;
  let kept = 0;
  for await (const redriven of redrive(parts, { dryRun })) {
    done += 1;
    if (typeof redriven.outcome === 'object') kept += 1;
    console.log(`${done}/${Math.max(total, done)}  ${lineOf(redriven)}`);
  }
  console.log(dryRun ? `${done - kept} would be sent, ${kept} would stay.` : `${done - kept} sent, ${kept} stay in the queue.`);
  return kept === 0 ? 0 : 1;
}

function openParts(place: Place): RedriveParts {
  const config = readConfig(place);
  const events = readEventsConfig(place);
  const { endpoint, region, tableName } = config;
  const wire = sdkWire({ region, ...(endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }) });
  const signalled = () => AbortSignal.timeout(10_000);
  return {
    queue: openAsideQueue(events),
    bus: openBus(events),
    slugOf: openBrandSlugs({ wire, tableName }),
    table: (...owners) => ({ wire, name: tableName, owners, signal: signalled() }),
  };
}

function lineOf({ entry, outcome }: Redriven): string {
  const what = entry === undefined ? 'a message of something else' : `${entry.type}  ${entry.pk} ${entry.sk}`;
  return typeof outcome === 'string' ? `${outcome.replaceAll('_', ' ')}  ${what}` : `kept  ${what}: ${outcome.kept}`;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
