import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { deactivateLicense } from '../../lib/api/deactivate.ts';
import { renewLicense, transferLicense } from '../../lib/api/license-lifecycle.ts';
import { listLicenses, provisionLicenses } from '../../lib/api/licenses.ts';
import { eventFor, type Call } from '../../test/support/service/service.ts';
import type { CountingProxy, Sent } from '../counting-proxy.ts';
import { PRODUCTS } from '../round-trips.ts';
import { isOk, type BenchService, type Shop } from '../service.ts';
import { capturingStdout } from '../stdout.ts';
import { forgetContacts, licenseAddress } from '../stored.ts';
import type { Counted } from './model.ts';
import { listProofCalls, listUpdateCalls, type Operation } from './sites.ts';

const [PRODUCT = ''] = PRODUCTS;
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'TransactGetItems']);
const JOURNAL = 'journal#';
/** A warm container: the first calls compile. */
const WARM_UP_CALLS = 40;
const TIMED_CALLS = 40;
/** Of calls that are counted by the minute. */
const FEW_CALLS = [2, 5] as const;

/** Counts one call of each operation, and measures the CPU time of more of them unless that is left out. */
export async function countOperations(
  service: BenchService,
  proxy: CountingProxy,
  { timed }: { timed: boolean },
): Promise<Counted[]> {
  const counted: Counted[] = [];
  for (const operation of await openOperations(service)) {
    const once = await countOne(service, proxy, operation);
    const cpuMs = timed ? await measureCpu(service, operation) : 0;
    counted.push({ ...once, cpuMs });
  }
  return counted;
}

async function openOperations(service: BenchService): Promise<Operation[]> {
  const shop = await service.newShop(PRODUCTS);
  await service.buy(shop, { customer_email: 'ann@example.com', products: [PRODUCT] });
  const proofs = await listProofCalls(service, shop, PRODUCT);
  const updates = await listUpdateCalls(service, shop, PRODUCT);
  return [...(await ofSites(service, shop)), ...proofs, ...updates, ...ofShop(shop), ...ofLicenses(service, shop)];
}

async function ofSites(service: BenchService, shop: Shop): Promise<Operation[]> {
  const { licenseKey: license_key } = await service.buy(shop, { products: [PRODUCT], max_seats: null });
  const active = 'one.example.com';
  const site = (name: string): Call => ({ body: { license_key, product: PRODUCT, instance_identifier: name } });
  const checked = { query: { license_key, product: PRODUCT, instance_identifier: active } };
  await service.activate(license_key, PRODUCT, active);
  const checkToday = async (): Promise<Call> => {
    await forgetContacts(service, licenseAddress(shop.prefix, license_key, PRODUCT));
    return checked;
  };
  const leave = async (nth: number): Promise<Call> => {
    await service.activate(license_key, PRODUCT, `gone-${nth}.example.com`);
    return site(`gone-${nth}.example.com`);
  };
  const activate = { route: activateLicense };
  return [
    { name: 'check', route: checkLicense, prepare: () => Promise.resolve(checked) },
    { name: 'check, the first of the day', route: checkLicense, prepare: checkToday },
    { name: 'activate, a new instance', ...activate, prepare: (nth) => Promise.resolve(site(`new-${nth}.example`)) },
    { name: 'activate, an active instance', ...activate, prepare: () => Promise.resolve(site(active)) },
    { name: 'deactivate', route: deactivateLicense, prepare: leave },
  ];
}

function ofLicenses(service: BenchService, shop: Shop): Operation[] {
  const onLicense = (body: (nth: number) => object) => async (nth: number) => ({
    apiKey: shop.apiKey,
    params: { license_id: (await service.buy(shop, newOrder(nth, [PRODUCT]))).licenseId },
    body: body(nth),
  });
  const heir = (nth: number): object => ({ customer_email: `heir-${nth}@example.com` });
  return [
    { name: 'renew by license id', route: renewLicense, prepare: onLicense(() => ({ extend_by: 'P1Y' })) },
    { name: 'transfer', route: transferLicense, prepare: onLicense(heir) },
  ];
}

const newOrder = (nth: number, products: readonly string[]) => ({
  customer_email: `buyer-${products.length}-${nth}-${process.hrtime.bigint()}@example.com`,
  products,
});

function ofShop({ apiKey }: Shop): Operation[] {
  const buying = (products: readonly string[]) => (nth: number) =>
    Promise.resolve({ apiKey, body: newOrder(nth, products) });
  return [
    { name: 'provision, 1 product', route: provisionLicenses, prepare: buying([PRODUCT]) },
    { name: `provision, ${PRODUCTS.length} products`, route: provisionLicenses, prepare: buying(PRODUCTS) },
    {
      name: 'list by e-mail',
      route: listLicenses,
      prepare: () => Promise.resolve({ apiKey, query: { email: 'ann@example.com' } }),
    },
  ];
}

async function countOne(
  service: BenchService,
  proxy: CountingProxy,
  { name, route, prepare }: Operation,
): Promise<Omit<Counted, 'cpuMs'>> {
  // The first call opens what a container keeps.
  await service.call(route, await prepare(-1));
  const call = await prepare(0);
  return countCall(proxy, name, async () => Buffer.byteLength(JSON.stringify((await service.call(route, call)).body)));
}

/** Counts what one call sends and writes. It returns the bytes of its answer. */
export async function countCall(
  proxy: CountingProxy,
  name: string,
  call: () => Promise<number>,
): Promise<Omit<Counted, 'cpuMs'>> {
  let events = 0;
  proxy.onTransaction = (items) => {
    events += items.filter(({ Put }) => Put?.Item?.['sk']?.S?.startsWith(JOURNAL) === true).length;
    return Promise.resolve();
  };
  let answerBytes = 0;
  let logged = '';
  const sent = await proxy.during(async () => {
    const { result, written } = await capturingStdout(call);
    answerBytes = result;
    logged = written;
  });
  proxy.onTransaction = undefined;
  return { name, ...unitsIn(sent), events, logBytes: Buffer.byteLength(logged), answerBytes };
}

function unitsIn(sent: readonly Sent[]): Pick<Counted, 'readUnits' | 'writeUnits' | 'trips'> {
  const [reads, writes] = [true, false].map((isRead) =>
    sent.filter(({ operation }) => READS.has(operation) === isRead),
  );
  const units = (of: readonly Sent[] = []): number =>
    of.flatMap(({ capacity }) => capacity).reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
  const transactions = writes?.filter(({ operation }) => operation.startsWith('Transact')) ?? [];
  return {
    readUnits: units(reads),
    writeUnits: units(writes),
    trips: {
      read: reads?.length ?? 0,
      write: (writes?.length ?? 0) - transactions.length,
      transaction: transactions.length,
    },
  };
}

/** CPU milliseconds of a warm call, from event to answer. */
async function measureCpu(service: BenchService, { route, prepare, fewCalls }: Operation): Promise<number> {
  const handler = await service.handler(route);
  const answer = async (call: Call): Promise<void> => {
    const { statusCode } = await handler(eventFor(route, call), {});
    if (!isOk(statusCode)) throw new Error(`${route.operation} answered ${String(statusCode)}`);
  };
  const [warmUp, timed] = fewCalls === true ? FEW_CALLS : [WARM_UP_CALLS, TIMED_CALLS];
  return medianCpu(warmUp, timed, async (nth) => {
    const call = await prepare(nth);
    return () => answer(call);
  });
}

/** The median of the CPU milliseconds of calls, rounded to hundredths. What a call needs is prepared before. */
export async function medianCpu(
  warmUp: number,
  timed: number,
  prepare: (nth: number) => Promise<() => Promise<unknown>>,
): Promise<number> {
  const times: number[] = [];
  for (let nth = 1; nth <= warmUp + timed; nth += 1) {
    const call = await prepare(nth);
    const started = process.cpuUsage();
    await capturingStdout(call);
    const { user, system } = process.cpuUsage(started);
    if (nth > warmUp) times.push((user + system) / 1_000);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  return Math.round(median * 100) / 100;
}
