import { randomUUID } from 'node:crypto';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { provisionLicenses } from '../lib/api/licenses.ts';
import type { CountingProxy } from './counting-proxy.ts';
import { exactly, figure, oneGoal, type Row } from './rows.ts';
import type { BenchService, Body, Shop } from './service.ts';

const GROUP = 'Purchases of one customer at once, on dynamodb-local';
const AT_ONCE = 100;
const MOST_FAILURES = 3;
const BUSY = 503;
const PRODUCTS = Array.from({ length: 20 }, (_, i) => `product-${i}`);

type Burst = { statuses: number[]; failures: number[]; seconds: number };

/**
 * Measures a reseller's shop that buys for one e-mail: the purchases that finish within ten seconds, and the number of
 * new decisions.
 */
export async function measurePurchaseBursts(service: BenchService, proxy: CountingProxy): Promise<Row[]> {
  const shop = await service.newShop(PRODUCTS);
  const one = { products: PRODUCTS.slice(0, 1) };
  const known = async (): Promise<string> => {
    const customer_email = newEmail();
    await service.buy(shop, { customer_email, ...one });
    return customer_email;
  };
  return [
    ...rowsOf('one product, a new customer', await burst(service, proxy, shop, newEmail(), () => one)),
    ...rowsOf('one product, already owned', await burst(service, proxy, shop, await known(), () => one)),
    ...rowsOf(
      '20 products, 5 purchases each',
      await burst(service, proxy, shop, await known(), (n) => ({ products: [PRODUCTS[n % PRODUCTS.length]] })),
    ),
    ...rowsOf(
      'license_key: new',
      await burst(service, proxy, shop, await known(), () => ({ ...one, license_key: 'new' })),
    ),
  ];
}

const newEmail = (): string => `${randomUUID()}@example.com`;

async function burst(
  service: BenchService,
  proxy: CountingProxy,
  { apiKey }: Shop,
  customer_email: string,
  order: (n: number) => Body,
): Promise<Burst> {
  const plans = new Map<string, Set<string>>();
  proxy.onTransaction = (items) => {
    notePlan(plans, items);
    return Promise.resolve();
  };
  const started = performance.now();
  const buy = async (_: unknown, n: number): Promise<number> => {
    const body = { customer_email, expiration_date: '2099-12-31', external_id: randomUUID(), ...order(n) };
    return (await service.call(provisionLicenses, { apiKey, body }, [201, BUSY])).status;
  };
  const statuses = await Promise.all(Array.from({ length: AT_ONCE }, buy));
  proxy.onTransaction = undefined;
  const failures = [0, ...[...plans.values()].map(({ size }) => size - 1)];
  return { statuses, failures, seconds: (performance.now() - started) / 1000 };
}

/** Each plan of a purchase makes its own licenses; the same plan sent again after a conflict is not a new one. */
function notePlan(plans: Map<string, Set<string>>, items: readonly TransactWriteItem[]): void {
  const claim = items
    .map(({ Put }) => Put?.Item)
    .find((item) => item?.['external_id'] !== undefined && item['licenses'] !== undefined);
  const order = claim?.['external_id']?.S;
  if (order === undefined) return;
  const seen = plans.get(order) ?? new Set();
  plans.set(order, seen.add(JSON.stringify(claim?.['licenses'])));
}

function rowsOf(what: string, { statuses, failures, seconds }: Burst): Row[] {
  const made = statuses.filter((status) => status === 201).length;
  const mean = failures.reduce((sum, count) => sum + count, 0) / AT_ONCE;
  return [
    exactly(GROUP, `${AT_ONCE} × ${what}: answered with 201`, String(AT_ONCE), String(made)),
    // Chance decides how often the last of five meets another, so a miss is shown, and fails no run.
    oneGoal(
      GROUP,
      `${what}: failed conditions, the most of one purchase`,
      { most: MOST_FAILURES },
      Math.max(...failures),
      String(Math.max(...failures)),
    ),
    figure(GROUP, `${what}: failed conditions, the mean · seconds`, `${mean.toFixed(2)} · ${seconds.toFixed(1)}`),
  ];
}
