import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkLicense } from '../lib/api/check.ts';
import { eventFor } from '../test/support/service/service.ts';
import type { Bundles } from './bundles.ts';
import { figure, twoGoals, type Row } from './rows.ts';
import type { BenchService } from './service.ts';
import { showSpread, spreadOf } from './statistics.ts';

const GROUP = 'Cold start of the check';
const ROUNDS = 21;
const WARM_UP_ROUNDS = 2;
const PRODUCT = 'wp-rocket';
const run = promisify(execFile);

/**
 * Starts fresh processes in turns: one loads the check's bundle and answers a check, the other an empty handler. Each
 * measures by its own clock, from its start.
 */
export async function measureColdStart(service: BenchService, bundles: Bundles, folder: string): Promise<Row[]> {
  const shop = await service.newShop([PRODUCT]);
  const { licenseKey } = await service.buy(shop, { products: [PRODUCT] });
  const query = { license_key: licenseKey, product: PRODUCT, instance_identifier: 'https://one.example.com' };
  await service.activate(licenseKey, PRODUCT, query.instance_identifier);
  const event = JSON.stringify(eventFor(checkLicense, { query }));
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export const handler = async () => ({ statusCode: 200 });\n');
  const checks: number[] = [];
  const empties: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const check = await firstCall(bundles.fileOf(checkLicense.function), event, service.environment);
    const nothing = await firstCall(empty, event, service.environment);
    if (round < 0) continue;
    checks.push(check);
    empties.push(nothing);
  }
  const ratio = spreadOf(checks.map((check, round) => check / (empties[round] ?? Number.NaN)));
  return [
    twoGoals(GROUP, 'first check done ÷ empty handler', { first: 4.5, then: 2.2 }, ratio.median, showSpread(ratio)),
    figure(GROUP, 'first check done, ms from the start of the process', showSpread(spreadOf(checks), 0)),
    figure(GROUP, 'empty handler done, ms from the start of the process', showSpread(spreadOf(empties), 0)),
  ];
}

async function firstCall(file: string, event: string, env: Record<string, string>): Promise<number> {
  const { stderr } = await run(process.execPath, [join(import.meta.dirname, 'first-call.mjs'), file, event], { env });
  const milliseconds = Number(stderr);
  if (Number.isNaN(milliseconds)) throw new Error(`a first call failed: ${stderr}`);
  return milliseconds;
}
