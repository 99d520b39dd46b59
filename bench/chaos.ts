import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openChance, type Chance } from './chaos/chance.ts';
import {
  changeMetadata,
  changeSite,
  changeUntilAnswered,
  expectMetadata,
  expectSite,
  openClient,
  readUntilAnswered,
  type Client,
  type Run,
  type SharedLicense,
} from './chaos/client.ts';
import { startEngine } from '../local/engine.ts';
import { faults, type Victim } from './chaos/faults.ts';
import { findFreePort, startLocalService, stopLocalService } from './local-service.ts';

const HELP = `Breaks the service on this machine while clients use it, then checks that every promise was kept.

  npm run chaos                    two minutes, with a seed by chance
  npm run chaos -- --minutes M     for so long
  npm run chaos -- --seed N        with the clients’ choices and the faults of this seed
  npm run chaos -- --help          shows this text

The service gets a folder, a port and an engine of its own. The exit code is 0 when no promise was broken, else 1.
`;

const OPTIONS = {
  seed: { type: 'string' },
  minutes: { type: 'string', default: '2' },
  help: { type: 'boolean', short: 'h' },
} as const;

const CLIENTS = 8;
const LICENSES = 4;
const SEATS = 6;
const SITES_EACH = 3;
const MOST_PAUSE_MS = 4_000;

function readNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= most)) throw new Error(`--${name} must be a number up to ${most}, not ${text}.`);
  return value;
}

/** Licenses with fewer seats than the clients have sites, so that activations are refused, too. */
async function sellShared(client: Client, product: string): Promise<SharedLicense[]> {
  const sold: SharedLicense[] = [];
  for (let i = 0; i < LICENSES; i += 1) {
    const body = { customer_email: `chaos-${i}@example.com`, products: [product], max_seats: SEATS };
    const path = '/api/v1/brand/licenses/provision';
    const { body: answer } = await changeUntilAnswered(client, {
      method: 'POST',
      path,
      apiKey: client.run.apiKey,
      body,
    });
    const { license_key, licenses } = answer as { license_key: { key: string }; licenses: [{ id: string }] };
    sold.push({ id: licenses[0].id, key: license_key.key, product, sites: new Map() });
  }
  return sold;
}

async function live(client: Client, shared: readonly SharedLicense[]): Promise<void> {
  const { chance, name, run } = client;
  while (!run.isOver()) {
    const of = chance.pick(shared);
    const site = `https://${name}-${chance.below(SITES_EACH)}.example`;
    if (chance.below(5) === 0) {
      await changeMetadata(client, of);
      await expectMetadata(client, of);
    } else {
      await changeSite(client, of, site);
      await expectSite(client, of, site);
    }
  }
}

async function breakThings(victim: Victim, chance: Chance, run: Run): Promise<Map<string, number>> {
  const done = new Map<string, number>();
  while (!run.isOver()) {
    await pause(chance.below(MOST_PAUSE_MS));
    const name = chance.pick(Object.keys(faults));
    console.error(`chaos: ${name}`);
    await faults[name]?.(victim, chance);
    done.set(name, (done.get(name) ?? 0) + 1);
  }
  return done;
}

/** When all is calm, everything that was answered is still there, and the counters are the sum of it. */
async function expectAll(clients: readonly Client[], shared: readonly SharedLicense[]): Promise<void> {
  for (const client of clients) for (const of of shared) await expectMetadata(client, of);
  const [client] = clients;
  if (client === undefined) return;
  const { run } = client;
  for (const of of shared) {
    for (const site of of.sites.keys()) await expectSite({ run, name: 'at the end' }, of, site);
    const path = `/api/v1/brand/licenses/${of.id}`;
    const { body } = await readUntilAnswered(client, { method: 'GET', path, apiKey: run.apiKey });
    const active = [...of.sites.values()].filter(Boolean).length;
    if (body['seats_used'] !== active)
      run.violations.push(`license ${of.id} counts ${String(body['seats_used'])} seats, and clients have ${active}`);
  }
}

function report({ counts, violations }: Run, done: ReadonlyMap<string, number>, isWhole: boolean): boolean {
  for (const [name, times] of [...done].sort()) console.log(`${String(times).padStart(6)}  ${name}`);
  for (const [name, times] of Object.entries(counts)) console.log(`${String(times).padStart(6)}  ${name}`);
  for (const violation of violations) console.log(`BROKEN  ${violation}`);
  const isKept = violations.length === 0 && isWhole && counts.answered > 0;
  console.log(isKept ? 'chaos: every promise was kept' : 'CHAOS BROKE A PROMISE');
  return isKept;
}

async function main(args: readonly string[]): Promise<number> {
  const { seed: given, minutes: long, help } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (help === true) {
    console.log(HELP);
    return 0;
  }
  const minutes = readNumber('minutes', long, 24 * 60);
  const seed = given === undefined ? Date.now() % 1_000_000 : readNumber('seed', given, 2 ** 32 - 1);
  console.log(`chaos: ${minutes} minutes, to repeat it: npm run chaos -- --minutes ${minutes} --seed ${seed}`);
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const [localDir, port, engine] = [join(folder, 'local'), await findFreePort(), await startEngine()];
  const victim: Victim = { service: await startLocalService(localDir, port, engine.endpoint), engine, port };
  try {
    const { baseUrl, credentials } = victim.service;
    const [brand] = credentials.brands;
    const product = brand?.products[0]?.slug;
    if (brand === undefined || product === undefined) throw new Error('the service has no brand');
    const ends = Date.now() + minutes * 60_000;
    const run: Run = {
      baseUrl,
      apiKey: brand.api_key,
      violations: [],
      counts: { answered: 0, refused: 0, lost: 0, replayed: 0, checked: 0 },
      isOver: () => Date.now() > ends,
    };
    const clients = Array.from({ length: CLIENTS }, (_, i) => openClient(`c${i}`, run, openChance(seed + 1 + i)));
    const shared = await sellShared(openClient('shop', run, openChance(seed)), product);
    const [done] = await Promise.all([
      breakThings(victim, openChance(seed), run),
      ...clients.map((client) => live(client, shared)),
    ]);
    await expectAll(clients, shared);
    const audit = spawnSync(
      process.execPath,
      ['bin/audit.ts', '--local', '--open', '--local-dir', localDir, '--segments', '1-4/4'],
      { stdio: ['ignore', 'inherit', 'inherit'], cwd: join(import.meta.dirname, '..') },
    );
    return report(run, done, audit.status === 0) ? 0 : 1;
  } finally {
    await stopLocalService(victim.service, 'SIGINT');
    await victim.engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
