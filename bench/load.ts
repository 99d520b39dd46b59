import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { Credentials } from '../local/credentials.ts';
import { findFreePort, findListenerPid, startLocalService, stopLocalService } from './local-service.ts';
import { drawLoad } from './load/draw.ts';
import { readIdleUse, readProcessUse } from './load/process-use.ts';
import { findFaults, LOAD_GOALS, printLoad, summarizeRoutes, type LoadResult } from './load/result.ts';
import { buildRequests, type Load, type Target } from './load/routes.ts';

const HELP = `Puts the service on this machine under load: 90 % checks, half of them with a proof, 5 % activations and
deactivations, 5 % brand and compatible routes.

  npm run load                     ten minutes, on a service that it starts and stops
  npm run load -- --local          on the service that runs (npm start)
  npm run load -- --minutes M      for so long
  npm run load -- --picture        draws docs/pictures/load.svg, too
  npm run load -- --help           shows this text

It calls 127.0.0.1 alone. The numbers go to bench/results/load.json. The exit code is 1 when a call failed, memory or
open handles grew, or the table breaks a promise (npm run audit).
`;

const OPTIONS = {
  minutes: { type: 'string', default: '10' },
  local: { type: 'boolean', default: false },
  'local-dir': { type: 'string', default: '.local' },
  picture: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
} as const;

const ROOT = join(import.meta.dirname, '..');
const MOST_MINUTES = 120;
const CONNECTIONS = 10;
const TARGETS = 50;
/** Code, connections and caches are as many as they will be. */
const WARM_UP_S = 20;
const COOL_DOWN_MS = 3_000;
/** A brand may have no more: the load is to meet the service, not the limit. */
const RATE_A_MINUTE = 30_000;

type Subject = { credentials: Credentials; pid: number; localDir: string; stop: () => Promise<void> };

async function openSubject(isLocal: boolean, localDir: string): Promise<Subject> {
  if (isLocal) {
    const credentials = Credentials.parse(JSON.parse(readFileSync(join(localDir, 'credentials.json'), 'utf8')));
    const { hostname, port } = new URL(credentials.base_url);
    if (hostname !== '127.0.0.1') throw new Error(`The load is for 127.0.0.1 alone, not for ${hostname}.`);
    return { credentials, pid: findListenerPid(Number(port)), localDir, stop: () => Promise.resolve() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'load-'));
  const ownDir = join(folder, 'local');
  const service = await startLocalService(ownDir, await findFreePort());
  const stop = async (): Promise<void> => {
    await stopLocalService(service, 'SIGINT');
    rmSync(folder, { recursive: true, force: true });
  };
  return { credentials: service.credentials, pid: service.process.pid ?? 0, localDir: ownDir, stop };
}

async function call(base: string, method: string, path: string, apiKey: string, body?: object): Promise<unknown> {
  const response = await fetch(base + path, {
    method,
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.json();
}

async function sellTargets({ base_url, admin_api_key, brands: [brand] }: Credentials): Promise<Load> {
  const product = brand?.products[0]?.slug;
  if (brand === undefined || product === undefined) throw new Error('the service has no brand');
  const { brands } = (await call(base_url, 'GET', '/api/v1/admin/brands', admin_api_key)) as {
    brands: { id: string; slug: string }[];
  };
  const id = brands.find(({ slug }) => slug === brand.slug)?.id ?? '';
  const settings = { rate_limit_per_minute: RATE_A_MINUTE };
  await call(base_url, 'PATCH', `/api/v1/admin/brands/${id}`, admin_api_key, { settings });
  const targets: Target[] = [];
  for (let i = 0; i < TARGETS; i += 1) {
    const body = { customer_email: `load-${i}@example.com`, products: [product], max_seats: null, license_key: 'new' };
    const sold = (await call(base_url, 'POST', '/api/v1/brand/licenses/provision', brand.api_key, body)) as {
      license_key: { key: string };
      licenses: [{ id: string }];
    };
    targets.push({ id: sold.licenses[0].id, key: sold.license_key.key, product });
  }
  return { targets, brand: brand.slug, apiKey: brand.api_key, measured: new Map() };
}

async function run({ credentials, pid }: Subject, minutes: number): Promise<LoadResult> {
  const load = await sellTargets(credentials);
  const shoot = (seconds: number) =>
    autocannon({
      url: credentials.base_url,
      connections: CONNECTIONS,
      duration: seconds,
      requests: buildRequests(load),
    });
  await shoot(WARM_UP_S);
  load.measured.clear();
  await pause(COOL_DOWN_MS);
  const before = await readIdleUse(pid, credentials.base_url);
  const shot = await shoot(minutes * 60);
  const busy = readProcessUse(pid);
  await pause(COOL_DOWN_MS);
  const routes = summarizeRoutes(load.measured);
  const requests = routes.reduce((sum, route) => sum + route.requests, 0);
  return {
    measured_at: new Date().toISOString(),
    minutes,
    connections: CONNECTIONS,
    throughput: requests / shot.duration,
    cpuMsARequest: (busy.cpuMs - before.cpuMs) / requests,
    before,
    after: await readIdleUse(pid, credentials.base_url),
    goals: LOAD_GOALS,
    routes,
  };
}

/** True if the table keeps every promise after the load. */
function audit({ localDir }: Subject): boolean {
  const args = ['bin/audit.ts', '--local', '--local-dir', localDir, '--segments', '1-4/4'];
  return spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], cwd: ROOT }).status === 0;
}

async function main(args: readonly string[]): Promise<number> {
  const { minutes: given, local, help, picture, ...rest } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (help === true) {
    console.log(HELP);
    return 0;
  }
  const minutes = Number(given);
  if (!(minutes > 0 && minutes <= MOST_MINUTES))
    throw new Error(`--minutes must be a number up to ${MOST_MINUTES}, not ${given}.`);
  const subject = await openSubject(local, rest['local-dir']);
  try {
    const result = await run(subject, minutes);
    mkdirSync(join(ROOT, 'bench/results'), { recursive: true });
    writeFileSync(join(ROOT, 'bench/results/load.json'), `${JSON.stringify(result, null, 2)}\n`);
    if (picture) writeFileSync(join(ROOT, 'docs/pictures/load.svg'), drawLoad(result));
    console.log(printLoad(result));
    const faults = findFaults(result);
    for (const fault of faults) console.log(`FAILED  ${fault}`);
    const isWhole = audit(subject);
    return faults.length === 0 && isWhole ? 0 : 1;
  } finally {
    await subject.stop();
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
