import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { now, uptimeMs } from '../lib/process/clock.ts';
import { readConfig } from '../lib/process/config.ts';
import { openDataKey } from '../lib/process/data-key.ts';
import { deadline } from '../lib/process/timers.ts';
import { computeMark, openVault, type Vault } from '../lib/process/vault.ts';
import { isoSeconds } from '../lib/domain/time.ts';
import { auditSegment, auditSums, openTally, PAUSES_MS, type Tally } from '../lib/audit/audit.ts';
import { buildReport, printReport, type AuditReport } from '../lib/audit/report.ts';
import { auditRules } from '../lib/audit/rules.ts';
import { openTableSource } from '../lib/audit/table-source.ts';
import { dataKeyMark } from '../lib/table/data-key-mark.ts';
import { PLATFORM } from '../lib/table/keys.ts';
import type { Table } from '../lib/dynamo/table.ts';
import { readEnvironment, type Environment } from './environment.ts';
import { openArchive, openPlainWire } from './redrive/wire.ts';

const HELP = `Reads the whole table and checks that every promise is kept. It only reads.

  npm run audit -- --stage STAGE        a deployed stage; needs AWS credentials in the environment
  npm run audit -- … --second-region R  the table in this region, by the stack that the stage has there
  npm run audit -- --local              the service that runs on this machine
  npm run audit -- … --json FILE        writes the report as JSON, too
  npm run audit -- … --open             opens sealed texts, to check that they open and say what they have to;
                                        needs the right to read the data key, and prints no text
  npm run audit -- … --segments A-B/N   reads only these of N segments of the table (default 1-49/49)
  npm run audit -- --help               shows this text

Progress goes to stderr. An item that looks wrong is read again, twice, before it is reported, so traffic makes no
false alarm. An interrupted audit prints how to continue. The exit code is 0 when every promise is kept, else 1.
`;

const OPTIONS = {
  stage: { type: 'string' },
  'second-region': { type: 'string' },
  local: { type: 'boolean' },
  'local-dir': { type: 'string', default: '.local' },
  json: { type: 'string' },
  open: { type: 'boolean', default: false },
  segments: { type: 'string', default: '1-49/49' },
  help: { type: 'boolean', short: 'h' },
} as const;

const STEP_MS = 10_000;
const LINE_EVERY_MS = 2_000;
const MOST_SEGMENTS = 1_000_000;

type Segments = AuditReport['segments'];

function readSegments(text: string): Segments {
  const [from, to, total] = (/^(\d{1,7})-(\d{1,7})\/(\d{1,7})$/.exec(text) ?? []).slice(1).map(Number);
  const isGiven = from !== undefined && to !== undefined && total !== undefined;
  if (!isGiven || from < 1 || to < from || total < to || total > MOST_SEGMENTS)
    throw new Error(`--segments must be A-B/N, such as 1-7/49, not ${JSON.stringify(text)}.`);
  return { from, to, total };
}

async function openOperatorVault(environment: Environment, table: Table): Promise<Vault> {
  const { dataKey, region } = readConfig(environment);
  const key = await openDataKey(dataKey, region)(deadline(STEP_MS));
  const mark = await dataKeyMark(table);
  if (mark !== undefined && mark !== computeMark(key))
    throw new Error('The table is written under another data key than the one that can be read here.');
  return openVault(key);
}

/** Reads the segments one after the other. Ends early, after a whole segment, when it is interrupted. */
async function readAll(
  environment: Environment,
  { from, to, total }: Segments,
  isOpening: boolean,
): Promise<{ tally: Tally; next: number }> {
  const wire = openPlainWire(environment);
  const { tableName } = readConfig(environment);
  const open = (owner: string): Table => ({ wire, name: tableName, owners: [owner], signal: deadline(STEP_MS) });
  const vault = isOpening ? await openOperatorVault(environment, open(PLATFORM)) : undefined;
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  let shownAt = uptimeMs();
  const audit = {
    source: openTableSource(wire.client, tableName, open, openArchive(environment)),
    rules: auditRules,
    context: () => ({ nowMs: now(), vault }),
    pausesMs: PAUSES_MS,
    onProgress: ({ items, violations }: Tally, segment: number) => {
      if (uptimeMs() - shownAt < LINE_EVERY_MS) return;
      shownAt = uptimeMs();
      console.error(
        `segment ${segment + 1} of ${from}-${to}/${total}  ${items} items  ${violations.length} violations`,
      );
    },
  };
  const tally = openTally();
  let next = from;
  for (; next <= to && !interrupted.signal.aborted; next += 1) await auditSegment(audit, next - 1, total, tally);
  if (from === 1 && next > total) await auditSums(audit, tally);
  wire.client.destroy();
  return { tally, next };
}

async function main(args: readonly string[]): Promise<number> {
  const { stage, local, help, json, open, ...rest } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (help === true) {
    console.log(HELP);
    return 0;
  }
  if ((stage === undefined) === (local !== true))
    throw new Error('Give one of --stage STAGE and --local. See npm run audit -- --help');
  if (stage === undefined && rest['second-region'] !== undefined)
    throw new Error('--second-region needs --stage. See npm run audit -- --help');
  const segments = readSegments(rest.segments);
  const localDir = rest['local-dir'];
  const environment: Environment =
    stage === undefined
      ? {
          ...(await readEnvironment({ kind: 'local', localDir })),
          AWS_REGION: 'eu-west-1',
          DATA_KEY_FILE: join(localDir, 'data-key'),
        }
      : await readEnvironment({ kind: 'stage', stage, secondRegion: rest['second-region'] });
  const { tally, next } = await readAll(environment, segments, open);
  const report = buildReport(auditRules, tally, {
    audited_at: isoSeconds(now()),
    segments: { ...segments, to: next - 1 },
    secrets_opened: open,
  });
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(printReport(report));
  if (next <= segments.to) {
    console.log(`Interrupted. To continue: --segments ${next}-${segments.to}/${segments.total}`);
    return 1;
  }
  return report.violations.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
