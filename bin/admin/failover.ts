import { fenceTable, isFenced, liftFence, readStreamArn, type RegionalTable } from '../../lib/dynamo/fence-table.ts';
import { stackName, stackOutputs } from '../../lib/stacks.ts';
import { readKeptOutputs } from '../environment.ts';
import type { Asked, Command } from './command.ts';
import { Refused, Usage } from './failures.ts';
import { mendTable } from './mend-table.ts';
import { sleep } from '../../lib/process/timers.ts';

/** A page of the table is in memory at a time; many segments let an interrupted run tell how far it came. */
const SEGMENTS = 49;

const place = {
  region: { type: 'string', help: 'the first region, whose writes end', required: true },
  to: { type: 'string', help: 'the second region, whose stack knows the name of the table', required: true },
} as const;
const EXAMPLE = '--stage prod --region eu-central-1 --to eu-west-1';

/** The operator gets DynamoDB's own words about the region that does not answer. */
const orRefused =
  (what: string) =>
  (cause: unknown): never => {
    throw new Refused(`${what}: ${cause instanceof Error ? cause.message : 'unknown error'}.`, { cause });
  };

type Places = { from: RegionalTable; to: RegionalTable; kept: Record<string, string> };

/** The table in both regions. Everything is read in the second one: the first may be away. */
async function readPlaces({ target: { stage }, text }: Asked): Promise<Places> {
  const [region, to] = [text('region'), text('to')];
  if (stage === undefined || region === undefined || to === undefined)
    throw new Usage('--stage, --region and --to are needed');
  const kept = await readKeptOutputs(stage, to).catch(orRefused('the second region cannot be read'));
  const tableName = kept[stackOutputs.tableName.output] ?? '';
  if (tableName === '') throw new Refused(`The stack ${stackName(stage, 'second')} does not name the table.`);
  return { from: { tableName, region }, to: { tableName, region: to }, kept };
}

const fence: Command = {
  words: 'failover fence',
  summary: 'Let nobody write to the table in the first region any more, before the second region writes',
  flags: { ...place },
  examples: [`failover fence ${EXAMPLE}`],
  run: async (asked) => {
    const { from: at } = await readPlaces(asked);
    await asked.confirm(`End all writes in ${at.region}? Purchases and activations fail until a region writes.`);
    await fenceTable(at, sleep).catch(
      orRefused(`${at.region} is not fenced: repeat this until it is, and let no other region write before`),
    );
    return { answer: { ...at, fenced: true }, note: `For a minute, ${at.region} has refused every write.` };
  },
};

const lift: Command = {
  words: 'failover lift',
  summary: 'Let the first region write again, after the second one has stopped',
  flags: { ...place },
  examples: [`failover lift ${EXAMPLE}`],
  run: async (asked) => {
    const { from: at } = await readPlaces(asked);
    await asked.confirm(`Let ${at.region} write again? No other region may write any more.`);
    await liftFence(at).catch(orRefused(`the fence of ${at.region} stands`));
    return { answer: { ...at, fenced: false } };
  },
};

const mend: Command = {
  words: 'failover mend',
  summary: 'Find what was replicated in part, correct the seats and numbers of licenses, and print the rest',
  flags: {
    ...place,
    'first-region-is-gone': {
      type: 'boolean',
      help: 'the first region does not answer, and its fence cannot be seen (docs/recovery.md)',
    },
  },
  examples: [`failover mend ${EXAMPLE}`],
  run: async (asked) => {
    const { from, to, kept } = await readPlaces(asked);
    if (!asked.isSet('first-region-is-gone')) {
      const isClosed = await isFenced(from).catch(orRefused(`the fence of ${from.region} cannot be seen`));
      if (!isClosed) throw new Refused(`${from.region} still writes. Run failover fence first.`);
    }
    await asked.confirm(`Correct licenses in ${to.region}?`);
    const streamArn = await readStreamArn(to).catch(orRefused(`the table in ${to.region} cannot be read`));
    const { tableName, region } = to;
    const mended = await mendTable(
      { TABLE_NAME: tableName, AWS_REGION: region },
      { segments: SEGMENTS, onProgress: console.error },
    );
    const settings = { secondRegion: { writes: { streamArn, first: kept } } };
    return {
      answer: { table: tableName, region, ...mended, settings },
      note:
        'What is left needs a person (docs/recovery.md). Then put these settings into the stage and deploy: the ' +
        'second region writes, and announces what it writes.',
    };
  },
};

export const failoverCommands: readonly Command[] = [fence, mend, lift];
