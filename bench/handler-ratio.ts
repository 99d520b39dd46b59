import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { checkLicense } from '../lib/http/routes/product.ts';
import { eventFor } from '../test/support/service.ts';
import { twoGoals, figure, type Row } from './rows.ts';
import { PRODUCTS } from './round-trips.ts';
import { showSpread, spreadOf } from './statistics.ts';
import type { BenchService } from './service.ts';
import { licenseAddress } from './stored.ts';

const GROUP = 'Warm check, wall time';
const ROUNDS = 60;
const CALLS = 40;
const WARM_UP_ROUNDS = 10;
const [PRODUCT = ''] = PRODUCTS;

/** The whole check handler against one consistent GetItem of the license by the document client, in turns, in this process, on this engine. */
export async function measureHandlerRatio(service: BenchService, engine: string): Promise<Row[]> {
  const { check, get } = await contestants(service);
  const ratios: number[] = [];
  const checks: number[] = [];
  const gets: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    // Who goes first changes, so that neither always meets the other's garbage.
    const first = round % 2 === 0;
    const a = await millisecondsOf(first ? check : get);
    const b = await millisecondsOf(first ? get : check);
    if (round < 0) continue;
    const [checkMs, getMs] = first ? [a, b] : [b, a];
    checks.push(checkMs);
    gets.push(getMs);
    ratios.push(checkMs / getMs);
  }
  const ratio = spreadOf(ratios);
  return [
    twoGoals(GROUP, `check handler ÷ GetItem by the document client, ${engine}`, { first: 1.2, then: 0.5 }, ratio.median, showSpread(ratio)),
    figure(GROUP, `check handler, ms, ${engine}`, showSpread(spreadOf(checks))),
    figure(GROUP, `GetItem by the document client, ms, ${engine}`, showSpread(spreadOf(gets))),
  ];
}

type Contestants = { check: () => Promise<unknown>; get: () => Promise<unknown> };

export async function contestants(service: BenchService): Promise<Contestants> {
  const shop = await service.newShop([PRODUCT]);
  const { licenseKey } = await service.buy(shop, { products: [PRODUCT] });
  const site = { license_key: licenseKey, product: PRODUCT, instance_identifier: 'https://one.example.com' };
  await service.activate(licenseKey, PRODUCT, site.instance_identifier);
  await service.call(checkLicense, { query: site });
  const handler = await service.handler(checkLicense);
  const documents = DynamoDBDocumentClient.from(service.client);
  const Key = licenseAddress(shop.prefix, licenseKey, PRODUCT);
  return {
    check: async () => {
      const { statusCode } = await handler(eventFor(checkLicense, { query: site }), {});
      if (statusCode !== 200) throw new Error(`the check answered ${String(statusCode)}`);
    },
    get: async () => {
      const { Item } = await documents.send(new GetCommand({ TableName: service.tableName, Key, ConsistentRead: true }));
      if (Item === undefined) throw new Error('the license is not where it was looked for');
    },
  };
}

async function millisecondsOf(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < CALLS; i += 1) await action();
  return (performance.now() - started) / CALLS;
}
