import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEngine } from '../local/engine.ts';
import { countOperations } from './cost/count.ts';
import { COUNTED_FILE, readCounted } from './cost/counted.ts';
import type { Counts } from './cost/model.ts';
import { renderCostPage } from './cost/page.ts';
import { countBackground, countRoutes, openBenchWorld } from './cost/world.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { openService } from './service.ts';
import { capturingStdout } from './stdout.ts';

const PAGE = join(import.meta.dirname, '../docs/cost.md');
const HELP = `npm run docs:cost [-- --page]

Counts what each operation costs, measures its CPU time, and writes docs/cost.md. Needs dynoxide, which counts capacity
by the rules of AWS.
  --page   write the page from the last counts, bench/cost/counted.json
  --help   this text
`;

async function count(): Promise<void> {
  const engine = await startEngine({ prefer: 'dynoxide' });
  const proxy = await startCountingProxy(engine.endpoint);
  const service = await openService(proxy.endpoint);
  try {
    if (engine.name !== 'dynoxide') throw new Error('dynoxide cannot run here: npm ci installs it on Linux');
    const { result: ofCallers } = await capturingStdout(() => countOperations(service, proxy, { timed: true }));
    const world = await openBenchWorld(proxy);
    const { result: ofJobs } = await capturingStdout(() => countBackground(world, proxy));
    const { result: ofRoutes } = await capturingStdout(() => countRoutes(world, proxy));
    world.client.destroy();
    const counted: Counts = { operations: [...ofCallers, ...ofJobs], routes: ofRoutes };
    writeFileSync(COUNTED_FILE, `${JSON.stringify(counted, null, 2)}\n`);
  } finally {
    service.close();
    await proxy.stop();
    await engine.stop();
  }
}

const { page, help } = parseArgs({
  options: { page: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
}).values;
if (help) process.stdout.write(HELP);
else {
  if (!page) await count();
  writeFileSync(PAGE, renderCostPage(readCounted()));
  console.log('Wrote docs/cost.md');
  // Receivers and providers of the tests end with their process.
  process.exit(0);
}
