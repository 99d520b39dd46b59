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
/** The time of a first call since the start of its process, and the CPU time, which other processes disturb less. */
type Times = { wall: number; cpu: number };

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
  const empties: Times[] = [];
  const times = new Map(contestants.map(({ name }) => [name, [] as Times[]]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const nothing = await firstCall(empty, service.environment);
    if (round >= 0) empties.push(nothing);
    for (const contestant of contestants) {
      const taken = await firstCall(contestant, service.environment);
      if (round >= 0) times.get(contestant.name)?.push(taken);
    }
  }
  const rows = MAIN_JOB.flatMap(({ name, goals }) => {
    const own = times.get(name) ?? [];
    const ratioOf = (of: keyof Times) =>
      spreadOf(own.map((taken, round) => taken[of] / (empties[round]?.[of] ?? Number.NaN)));
    const ratio = ratioOf('wall');
    return [
      oneGoal(GROUP, `${name} ÷ empty handler, ${engine}`, { most: goals.coldStart }, ratio.median, showSpread(ratio)),
      figure(GROUP, `${name} ÷ empty handler, CPU, ${engine}`, showSpread(ratioOf('cpu'))),
      figure(GROUP, `${name}, first call done, ms from the start, ${engine}`, showWall(own)),
    ];
  });
  return [...rows, figure(GROUP, 'empty handler, first call done, ms from the start', showWall(empties))];
}

const showWall = (times: readonly Times[]): string => showSpread(spreadOf(times.map(({ wall }) => wall)), 0);

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

async function firstCall({ name, file, events }: Contestant, env: Record<string, string>): Promise<Times> {
  const event = events.pop() ?? '{}';
  const { stderr } = await run(process.execPath, [join(import.meta.dirname, 'first-call.mjs'), file, event], { env });
  const [wall = Number.NaN, cpu = Number.NaN] = stderr.split(' ').map(Number);
  if (Number.isNaN(wall + cpu)) throw new Error(`the first call of ${name} failed: ${stderr}`);
  return { wall, cpu };
}
