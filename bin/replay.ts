import { now, uptimeMs } from '../lib/process/clock.ts';
import { readConfig, readEventsConfig } from '../lib/process/config.ts';
import { deadline } from '../lib/process/timers.ts';
import { typeMatches } from '../lib/domain/event-name.ts';
import { isoSeconds, parseMs } from '../lib/domain/time.ts';
import { openBus } from '../lib/relay/bus.ts';
import { replay, type Progress, type Replayed } from '../lib/relay/replay.ts';
import { findPrefix } from '../lib/table/brands.ts';
import { PLATFORM } from '../lib/table/keys.ts';
import type { Table } from '../lib/dynamo/table.ts';
import { readEnvironment } from './environment.ts';
import { openWire } from './redrive/wire.ts';
import { HELP, readOptions, buildResumeToken, writeTarget, type Options, type Span } from './replay-options.ts';

const STEP_MS = 10_000;
const LINE_EVERY_MS = 2_000;
const BAR_EVERY_MS = 100;
const BAR = 30;

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const environment = await readEnvironment(options.target);
  const { tableName } = readConfig(environment);
  const wire = openWire(environment);
  const open = (...owners: string[]): Table => ({
    wire,
    name: tableName,
    owners,
    signal: deadline(STEP_MS),
  });
  const key_prefix = await findPrefix(open(PLATFORM), options.brand);
  if (key_prefix === undefined) throw new Error(`There is no brand ${JSON.stringify(options.brand)} (--brand).`);

  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  const show = process.stdout.isTTY ? bar(options) : lines(options);
  const replayed = await replay(
    { bus: openBus(readEventsConfig(environment)), table: () => open(key_prefix), now },
    {
      ...options,
      brand: { key_prefix, slug: options.brand },
      matches: (type) => options.types.length === 0 || typeMatches(options.types, type),
    },
    { signal: interrupted.signal, onProgress: show, onRefused: (what) => console.error(`refused  ${what}`) },
  );
  if (process.stdout.isTTY) process.stdout.write('\n');
  return conclude(options, replayed);
}

function conclude(options: Options, replayed: Replayed): number {
  const { sent, refused, byType, at } = replayed.progress;
  for (const [type, count] of [...byType].sort()) console.log(`  ${String(count).padStart(8)}  ${type}`);
  console.log(`${sent} events ${options.dryRun ? 'would be sent' : 'sent'}, ${refused} refused.`);
  if (replayed.kind === 'finished') return refused === 0 ? 0 : 1;
  const command = `npm run replay -- ${writeTarget(options.target)} --resume ${buildResumeToken(options, at)}`;
  console.error(`Stopped: ${replayed.reason}. To go on:\n  ${command}`);
  return 1;
}

/** Progress by time, as the number of remaining entries is unknown. */
function partDone({ from, to }: Span, { at }: Progress): number {
  const whole = parseMs(to) - parseMs(from) + 1_000;
  return Math.min(1, (parseMs(at) - parseMs(from) + 1_000) / whole);
}

type Show = (progress: Progress) => void;

/** Not more often than a person can read. */
function seldom(everyMs: number, show: Show): Show {
  let next = 0;
  return (progress) => {
    if (uptimeMs() < next) return;
    next = uptimeMs() + everyMs;
    show(progress);
  };
}

const bar = (span: Span): Show =>
  seldom(BAR_EVERY_MS, (progress) => {
    const part = partDone(span, progress);
    const full = Math.round(part * BAR);
    const shown = `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${Math.floor(part * 100)} %`;
    process.stdout.write(`\r${shown}  ${progress.at}  ${progress.sent} events `);
  });

const lines = (span: Span): Show =>
  seldom(LINE_EVERY_MS, (progress) => {
    const percent = Math.floor(partDone(span, progress) * 100);
    console.log(`${isoSeconds(now())}  ${percent} %  at ${progress.at}  ${progress.sent} events`);
  });

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
