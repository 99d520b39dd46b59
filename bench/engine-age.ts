import { parseArgs } from 'node:util';
import { activateLicense } from '../lib/api/activate.ts';
import { provisionLicenses } from '../lib/api/licenses.ts';
import { ENGINE_NAMES, startEngine } from '../local/engine.ts';
import type { Route } from '../lib/api/route.ts';
import { MAIN_JOB, openMainShop, type MakeCalls } from './main-job.ts';
import { openService, type BenchService } from './service.ts';
import { showSpread, spreadOf } from './statistics.ts';
import { capturingStdout } from './stdout.ts';

/**
 * Measures whether an engine slows down as it is used: `npm run bench:engine -- [--engine dynoxide] [--activations
 * 4000] [--without-stream]`. The table has a stream, as in `npm start`.
 */
const SAMPLE = 200;
const WARM_UP = 50;
const PURCHASES = 20;
const STEPS = 4;

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'dynoxide' },
    activations: { type: 'string', default: '4000' },
    'without-stream': { type: 'boolean', default: false },
  },
});

type Calls = { route: Route; makeCalls: MakeCalls };

/** Calls a function one call after the other, and returns the milliseconds of each. */
async function timeCalls(service: BenchService, { route, makeCalls }: Calls, count: number): Promise<number[]> {
  const times: number[] = [];
  for (const call of await makeCalls(count)) {
    const started = performance.now();
    await service.call(route, call);
    times.push(performance.now() - started);
  }
  return times;
}

/** One line for each step: the activations until then, and what the next ones and some purchases take. */
async function measureAge(service: BenchService, activations: number): Promise<string[]> {
  const shop = await openMainShop(service);
  const open = async (wanted: Route): Promise<Calls> => {
    const found = MAIN_JOB.find(({ route }) => route === wanted);
    if (found === undefined) throw new Error(`${wanted.operation} is not in the table of the main job`);
    return { route: wanted, makeCalls: await found.open(service, shop) };
  };
  const activate = await open(activateLicense);
  const buy = await open(provisionLicenses);
  let done = (await timeCalls(service, activate, WARM_UP)).length;
  const lines: string[] = [];
  for (let step = 0; step <= STEPS; step += 1) {
    const wanted = Math.round((activations * step) / STEPS);
    while (done < wanted) done += (await timeCalls(service, activate, Math.min(SAMPLE, wanted - done))).length;
    const before = done;
    const purchases = spreadOf(await timeCalls(service, buy, PURCHASES));
    const times = await timeCalls(service, activate, SAMPLE);
    const aSecond = (1000 * SAMPLE) / times.reduce((sum, time) => sum + time, 0);
    done += SAMPLE;
    lines.push(
      `  after ${String(before).padStart(5)} activations: ${aSecond.toFixed(0)} activations a second` +
        ` · a purchase takes ${showSpread(purchases, 0)} ms`,
    );
  }
  return lines;
}

async function main(): Promise<void> {
  const only = ENGINE_NAMES.find((name) => name === values.engine);
  if (only === undefined) throw new Error(`--engine takes ${ENGINE_NAMES.join(' or ')}`);
  const stream = !values['without-stream'];
  const engine = await startEngine({ only });
  const service = await openService(engine.endpoint, { stream });
  try {
    const { result } = await capturingStdout(() => measureAge(service, Number(values.activations)));
    console.log([`${engine.name}, a table ${stream ? 'with' : 'without'} a stream`, ...result].join('\n'));
  } finally {
    service.close();
    await engine.stop();
  }
}

await main();
