import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { eventFor } from '../test/support/service/service.ts';
import { MAIN_JOB, openMainShop } from './main-job.ts';
import { figure, oneGoal, type Row } from './rows.ts';
import { isOk, type BenchService } from './service.ts';
import { showSpread, spreadOf, type Spread } from './statistics.ts';
import { licenseAddress } from './stored.ts';

const GROUP = 'CPU time per call';
const ROUNDS = 20;
const CALLS = 25;
const WARM_UP_ROUNDS = 40;
const GET = 'GetItem by the document client';
/** The check alone has a goal beside the document client. */
const CHECK_TO_GET = 0.7;

/** Prepares one turn, and returns what to measure. */
type Contestant = { name: string; prepare: () => Promise<() => Promise<void>> };

/**
 * The CPU time of this process per call of each function of the main job. The engine runs in a process of its own. One
 * strongly consistent GetItem by the document client, in the same rounds, stands for the speed of the machine.
 */
export async function measureCpuTime(service: BenchService, engine: string): Promise<Row[]> {
  const contestants = [await openGet(service), ...(await openMainJob(service))];
  const times = await measureInTurns(contestants);
  const gets = times.get(GET) ?? [];
  const rows = MAIN_JOB.flatMap(({ name, goals }) => {
    const own = times.get(name) ?? [];
    const cpu = spreadOf(own);
    const ratio = spreadOf(own.map((value, round) => value / (gets[round] ?? Number.NaN)));
    return [
      oneGoal(GROUP, `${name}, ms, ${engine}`, { most: goals.cpuMs, unit: ' ms' }, cpu.median, showSpread(cpu)),
      ratioToGet(name, engine, ratio),
    ];
  });
  return [...rows, figure(GROUP, `${GET}, ms, ${engine}`, showSpread(spreadOf(gets)))];
}

function ratioToGet(name: string, engine: string, ratio: Spread): Row {
  const what = `${name} ÷ ${GET}, ${engine}`;
  if (name === 'check') return oneGoal(GROUP, what, { most: CHECK_TO_GET }, ratio.median, showSpread(ratio));
  return figure(GROUP, what, showSpread(ratio));
}

/** CPU milliseconds per call of each contestant, one number per round. */
async function measureInTurns(contestants: readonly Contestant[]): Promise<Map<string, number[]>> {
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    // Each round starts with another one, so that none always collects the garbage of the others.
    const first = (round + WARM_UP_ROUNDS) % contestants.length;
    for (const { name, prepare } of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const action = await prepare();
      const started = process.cpuUsage();
      await action();
      const { user, system } = process.cpuUsage(started);
      if (round >= 0) times.get(name)?.push((user + system) / 1000 / CALLS);
    }
  }
  return times;
}

async function openMainJob(service: BenchService): Promise<Contestant[]> {
  const shop = await openMainShop(service);
  const contestants: Contestant[] = [];
  for (const { name, route, open } of MAIN_JOB) {
    const makeCalls = await open(service, shop);
    const handler = await service.handler(route);
    contestants.push({
      name,
      async prepare() {
        const events = (await makeCalls(CALLS)).map((call) => eventFor(route, call));
        return async () => {
          for (const event of events) {
            const { statusCode, body } = await handler(event, {});
            if (!isOk(statusCode)) throw new Error(`${name} answered ${String(statusCode)}: ${body ?? ''}`);
          }
        };
      },
    });
  }
  return contestants;
}

async function openGet(service: BenchService): Promise<Contestant> {
  const product = 'imagify';
  const shop = await service.newShop([product]);
  const { licenseKey } = await service.buy(shop, { products: [product] });
  const documents = DynamoDBDocumentClient.from(service.client);
  const Key = licenseAddress(shop.prefix, licenseKey, product);
  const get = async (): Promise<void> => {
    for (let call = 0; call < CALLS; call += 1) {
      const command = new GetCommand({ TableName: service.tableName, Key, ConsistentRead: true });
      if ((await documents.send(command)).Item === undefined) throw new Error('the license is not at its address');
    }
  };
  return { name: GET, prepare: () => Promise.resolve(get) };
}
