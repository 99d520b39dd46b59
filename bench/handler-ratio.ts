import { BatchGetCommand, DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { hashLicenseKey } from '../lib/domain/license-key.ts';
import { keys } from '../lib/table/keys.ts';
import { checkLicense } from '../lib/api/check.ts';
import { eventFor } from '../test/support/service/service.ts';
import { twoGoals, figure, type Row } from './rows.ts';
import { PRODUCTS } from './round-trips.ts';
import { showSpread, spreadOf } from './statistics.ts';
import type { BenchService } from './service.ts';
import { licenseAddress, seatsAt } from './stored.ts';

const GROUP = 'Warm check, wall time';
const ROUNDS = 60;
const CALLS = 40;
const WARM_UP_ROUNDS = 10;
const [PRODUCT = ''] = PRODUCTS;

/**
 * Compares the whole check handler with one consistent GetItem of the license by the document client, in turns, in this
 * process, on this engine. The check's own read (a BatchGetItem of key, license and activation) by the document client
 * separates the handler's share from the engine's.
 */
export async function measureHandlerRatio(service: BenchService, engine: string): Promise<Row[]> {
  const contestants = await contestantsOn(service);
  const names = ['check', 'get', 'batch'] as const;
  const times = { check: [] as number[], get: [] as number[], batch: [] as number[] };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    // Each turn starts with another one, so that none always collects the garbage of the others.
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + WARM_UP_ROUNDS + turn) % names.length] ?? 'check';
      const milliseconds = await millisecondsOf(contestants[name]);
      if (round >= 0) times[name].push(milliseconds);
    }
  }
  const { check, get, batch } = times;
  const dividedBy = (others: readonly number[]): number[] =>
    check.map((value, round) => value / (others[round] ?? Number.NaN));
  const ratio = spreadOf(dividedBy(get));
  return [
    twoGoals(
      GROUP,
      `check handler ÷ GetItem by the document client, ${engine}`,
      { first: 1.2, then: 0.5 },
      ratio.median,
      showSpread(ratio),
    ),
    figure(
      GROUP,
      `check handler ÷ the same BatchGetItem by the document client, ${engine}`,
      showSpread(spreadOf(dividedBy(batch))),
    ),
    figure(GROUP, `check handler, ms, ${engine}`, showSpread(spreadOf(check))),
    figure(GROUP, `GetItem by the document client, ms, ${engine}`, showSpread(spreadOf(get))),
    figure(GROUP, `the same BatchGetItem by the document client, ms, ${engine}`, showSpread(spreadOf(batch))),
  ];
}

type Contestants = Record<'check' | 'get' | 'batch', () => Promise<void>>;

async function contestantsOn(service: BenchService): Promise<Contestants> {
  const { tableName: TableName } = service;
  const shop = await service.newShop([PRODUCT]);
  const { licenseKey } = await service.buy(shop, { products: [PRODUCT] });
  const site = { license_key: licenseKey, product: PRODUCT, instance_identifier: 'https://one.example.com' };
  await service.activate(licenseKey, PRODUCT, site.instance_identifier);
  await service.call(checkLicense, { query: site });
  const handler = await service.handler(checkLicense);
  const documents = DynamoDBDocumentClient.from(service.client);
  const license = licenseAddress(shop.prefix, licenseKey, PRODUCT);
  const [seat] = await seatsAt(service, license);
  const Keys = [
    keys.licenseKey(shop.prefix, hashLicenseKey(licenseKey)),
    license,
    { pk: license.pk, sk: String(seat?.['sk']) },
  ];
  return {
    async check() {
      const { statusCode } = await handler(eventFor(checkLicense, { query: site }), {});
      if (statusCode !== 200) throw new Error(`the check answered ${String(statusCode)}`);
    },
    async get() {
      const { Item } = await documents.send(new GetCommand({ TableName, Key: license, ConsistentRead: true }));
      if (Item === undefined) throw new Error('the license is not where it was looked for');
    },
    async batch() {
      const { Responses } = await documents.send(
        new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
      );
      if (Responses?.[TableName]?.length !== Keys.length)
        throw new Error('not all three items of the check were found');
    },
  };
}

async function millisecondsOf(action: () => Promise<void>): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < CALLS; i += 1) await action();
  return (performance.now() - started) / CALLS;
}
