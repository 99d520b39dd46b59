import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEngine } from '../local/engine.ts';
import { eventFor } from '../test/support/service/service.ts';
import { groupByRoom, ownTimes, profileCpu } from './cpu-profile.ts';
import { drawFlameGraph } from './flame-graph.ts';
import { MAIN_JOB, openMainShop, type MainFunction } from './main-job.ts';
import { isOk, openService, type BenchService } from './service.ts';
import { capturingStdout } from './stdout.ts';

const NAMES = MAIN_JOB.map(({ name }) => name).join(', ');
const HELP = `npm run bench:profile -- NAME [--calls 4000] [--out FILE.svg] [--raw FILE.cpuprofile]

Draws where the CPU time of a function goes, as a flame graph by room and package, without the
kernel's writes to the socket. NAME is ${NAMES}.
  --calls   the calls that are profiled, after 1,000 that warm up
  --out     the picture (default: NAME-profile.svg)
  --raw     the profile itself, for the performance panel of Chrome or Visual Studio Code
`;
const WARM_UP = 1_000;

/** The profile of a function's calls on a table of its own. */
async function profileCalls(service: BenchService, { name, route, open }: MainFunction, calls: number) {
  const makeCalls = await open(service, await openMainShop(service));
  const handler = await service.handler(route);
  const prepare = async (count: number) => (await makeCalls(count)).map((call) => eventFor(route, call));
  const callAll = async (events: Awaited<ReturnType<typeof prepare>>): Promise<void> => {
    for (const event of events) {
      const { statusCode } = await handler(event, {});
      if (!isOk(statusCode)) throw new Error(`${name} answered ${String(statusCode)}`);
    }
  };
  await callAll(await prepare(WARM_UP));
  const events = await prepare(calls);
  return profileCpu(() => callAll(events));
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      calls: { type: 'string', default: '4000' },
      out: { type: 'string' },
      raw: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const wanted = MAIN_JOB.find(({ name }) => name === positionals[0]);
  if (values.help || wanted === undefined) {
    process.stdout.write(HELP);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const engine = await startEngine();
  const service = await openService(engine.endpoint);
  try {
    const { result: profile } = await capturingStdout(() => profileCalls(service, wanted, Number(values.calls)));
    if (values.raw !== undefined) writeFileSync(values.raw, JSON.stringify(profile));
    const top = groupByRoom(profile);
    const milliseconds = top.total / 1000 / Number(values.calls);
    const title = `${wanted.name}: ${milliseconds.toFixed(2)} ms a call outside of the kernel, on ${engine.name}`;
    const out = values.out ?? join(process.cwd(), `${wanted.name}-profile.svg`);
    writeFileSync(out, drawFlameGraph(title, top));
    console.log(`${title}; ${out}\n\nown time`);
    for (const [name, time] of ownTimes(top))
      console.log(`${((100 * time) / top.total).toFixed(1).padStart(5)} %  ${name}`);
  } finally {
    service.close();
    await engine.stop();
  }
}

await main();
