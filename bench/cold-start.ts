import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventFor } from '../test/support/service/service.ts';
import type { Bundles } from './bundles.ts';
import { MAIN_JOB, openMainShop } from './main-job.ts';
import { figure, oneGoal, type Row } from './rows.ts';
import type { BenchService } from './service.ts';
import { showSpread, spreadOf } from './statistics.ts';

const GROUP = 'Cold start';
const ROUNDS = 21;
const WARM_UP_ROUNDS = 2;
const run = promisify(execFile);

type Contestant = { name: string; file: string; events: string[] };

/**
 * Starts fresh processes in turns: each loads the bundle of one function of the main job and calls it once, and one
 * loads an empty handler. Each measures by its own clock, from its start.
 */
export async function measureColdStart(
  service: BenchService,
  engine: string,
  bundles: Bundles,
  folder: string,
): Promise<Row[]> {
  const empty = openEmpty(folder);
  const contestants = await openMainJob(service, bundles);
  const empties: number[] = [];
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const nothing = await firstCall(empty, service.environment);
    if (round >= 0) empties.push(nothing);
    for (const contestant of contestants) {
      const milliseconds = await firstCall(contestant, service.environment);
      if (round >= 0) times.get(contestant.name)?.push(milliseconds);
    }
  }
  const rows = MAIN_JOB.flatMap(({ name, goals }) => {
    const own = times.get(name) ?? [];
    const ratio = spreadOf(own.map((value, round) => value / (empties[round] ?? Number.NaN)));
    return [
      oneGoal(GROUP, `${name} ÷ empty handler, ${engine}`, { most: goals.coldStart }, ratio.median, showSpread(ratio)),
      figure(GROUP, `${name}, first call done, ms from the start, ${engine}`, showSpread(spreadOf(own), 0)),
    ];
  });
  return [
    ...rows,
    figure(GROUP, 'empty handler, first call done, ms from the start', showSpread(spreadOf(empties), 0)),
  ];
}

async function openMainJob(service: BenchService, bundles: Bundles): Promise<Contestant[]> {
  const shop = await openMainShop(service);
  const contestants: Contestant[] = [];
  for (const { name, route, open } of MAIN_JOB) {
    const makeCalls = await open(service, shop);
    const calls = await makeCalls(WARM_UP_ROUNDS + ROUNDS);
    const events = calls.map((call) => JSON.stringify(eventFor(route, call)));
    contestants.push({ name, file: bundles.fileOf(route.function), events });
  }
  return contestants;
}

function openEmpty(folder: string): Contestant {
  const file = join(folder, 'empty.mjs');
  writeFileSync(file, 'export const handler = async () => ({ statusCode: 200 });\n');
  return { name: 'empty handler', file, events: Array.from({ length: WARM_UP_ROUNDS + ROUNDS }, () => '{}') };
}

async function firstCall({ name, file, events }: Contestant, env: Record<string, string>): Promise<number> {
  const event = events.pop() ?? '{}';
  const { stderr } = await run(process.execPath, [join(import.meta.dirname, 'first-call.mjs'), file, event], { env });
  const milliseconds = Number(stderr);
  if (Number.isNaN(milliseconds)) throw new Error(`the first call of ${name} failed: ${stderr}`);
  return milliseconds;
}
