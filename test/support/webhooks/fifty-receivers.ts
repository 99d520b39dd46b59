import { randomUUID } from 'node:crypto';
import { setInterval as every } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { newId } from '../../../lib/process/ids.ts';
import { now } from '../../../lib/process/clock.ts';
import { arrivalsAt } from './arrivals.ts';
import { hang, ok, startRawReceiver, startReceiver, status, type Receiver } from './receiver.ts';
import type { Service } from '../service/service.ts';
import { type TestEndpoint, type WebhookRig } from './webhook-rig.ts';
import { MINUTE_MS } from '../../../lib/domain/time.ts';

export type FiftyOptions = {
  endpoints?: number;
  events: number;
  licenses: number;
  /**
   * The number of products; each endpoint subscribes to one of them. With one product, every endpoint gets every event.
   */
  products: number;
};

/** The results of the run. Everything but `kept` is counted at the receivers. */
export type Fifty = {
  deliveries: number;
  healthy: {
    endpoints: number;
    wanted: number;
    arrived: number;
    twice: number;
    outOfOrder: number;
    firstDoneS: number;
    lastDoneS: number;
  };
  dead: {
    endpoints: number;
    wanted: number;
    kept: number;
    requestsWhileDown: number;
    arrivedOnceBack: number;
    minutesUntilAllArrived: number;
  };
};

type Down = { how: string; endpoint: TestEndpoint; port: number; requests: () => number; stop: () => Promise<void> };
type Up = { endpoint: TestEndpoint; receiver: Receiver; doneAt: () => number };

const STEP_MINUTES = 20;
const GIVE_UP_MINUTES = 24 * 60;

/**
 * Sends many events to many endpoints of a brand, five of which are dead, each in its own way; then the five recover,
 * and the clock advances until they have all of their messages.
 */
export async function runFifty(
  service: Service,
  rig: WebhookRig,
  { endpoints = 50, events, licenses, products }: FiftyOptions,
): Promise<Fifty> {
  const { key_prefix } = await service.brand({ products: {} });
  const productIds = Array.from({ length: products }, () => newId(now()));
  const wantedBy = (i: number) => (products === 1 ? null : [productIds[i % products] ?? '']);
  const started = performance.now();
  const down = await Promise.all(
    DEAD.map(({ how, start }, i) => start().then((dead) => standDown(rig, key_prefix, how, dead, wantedBy(i)))),
  );
  const up = await Promise.all(
    Array.from({ length: endpoints - down.length }, (_, i) =>
      standUp(rig, key_prefix, wantedBy(i + down.length), started),
    ),
  );
  await rig.tick();

  const perLicense = events / licenses;
  const sold = Array.from({ length: licenses }, (_, i) => ({
    id: randomUUID(),
    product: productIds[i % products] ?? '',
  }));
  await Promise.all(sold.map(({ id, product }) => rig.happen(key_prefix, id, 1, perLicense, product)));
  await rig.tick();
  const share = (endpoint: TestEndpoint) =>
    perLicense * sold.filter(({ product }) => endpoint.products === null || endpoint.products.includes(product)).length;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const kept = await Promise.all(
    down.map(
      async ({ endpoint }) =>
        (await rig.deliveries(endpoint)).filter((one) => one.status === 'waiting' || one.status === 'pending').length,
    ),
  );
  const whileDown = sum(down.map(({ requests }) => requests()));
  const healthy = up.map(({ receiver }) => arrivalsAt(receiver));
  const wanted = {
    up: sum(up.map(({ endpoint }) => share(endpoint))),
    down: sum(down.map(({ endpoint }) => share(endpoint))),
  };

  const back = await Promise.all(down.map((one) => one.stop().then(() => startReceiver(ok, { port: one.port }))));
  const arrivedBack = () => sum(back.map((receiver) => arrivalsAt(receiver).ids.size));
  let minutes = 0;
  for (; arrivedBack() < wanted.down && minutes < GIVE_UP_MINUTES; minutes += STEP_MINUTES)
    await rig.tick(STEP_MINUTES * MINUTE_MS);
  const arrivedOnceBack = arrivedBack();
  const done = up.map(({ doneAt }) => doneAt() / 1000);
  await Promise.all([...up.map(({ receiver }) => receiver.stop()), ...back.map((receiver) => receiver.stop())]);
  return {
    deliveries: wanted.up + wanted.down,
    healthy: {
      endpoints: up.length,
      wanted: wanted.up,
      arrived: sum(healthy.map(({ ids }) => ids.size)),
      twice: sum(healthy.map(({ ids, requests }) => requests - ids.size)),
      outOfOrder: sum(healthy.map(({ outOfOrder }) => outOfOrder)),
      firstDoneS: Math.min(...done),
      lastDoneS: Math.max(...done),
    },
    dead: {
      endpoints: down.length,
      wanted: wanted.down,
      kept: sum(kept),
      requestsWhileDown: whileDown,
      arrivedOnceBack,
      minutesUntilAllArrived: minutes,
    },
  };
}

type Dead = { url: string; port: number; requests: () => number; stop: () => Promise<void> };

/** Five kinds of dead receivers. */
const DEAD: readonly { how: string; start: () => Promise<Dead> }[] = [
  { how: 'refuses', start: refusing },
  { how: 'hangs', start: async () => counted(await startReceiver(hang)) },
  { how: 'answers 500', start: async () => counted(await startReceiver(status(500))) },
  { how: 'hangs up', start: () => raw((socket) => void socket.once('data', () => socket.destroy())) },
  { how: 'drips', start: () => raw((socket) => void drip(socket)) },
];

const counted = ({ url, port, received, stop }: Receiver): Dead => ({
  url,
  port,
  requests: () => received.length,
  stop,
});

async function refusing(): Promise<Dead> {
  const { url, port, stop } = await startReceiver();
  await stop();
  return { url, port, requests: () => 0, stop: () => Promise.resolve() };
}

async function raw(talk: (socket: Socket) => void): Promise<Dead> {
  let requests = 0;
  const started = await startRawReceiver((socket) => {
    requests += 1;
    talk(socket);
  });
  return { ...started, requests: () => requests };
}

async function standDown(
  rig: WebhookRig,
  brand: string,
  how: string,
  { url, port, ...dead }: Dead,
  products: string[] | null,
): Promise<Down> {
  return { how, endpoint: await rig.addEndpoint(brand, url.replace('?of=shop', ''), { products }), port, ...dead };
}

async function standUp(rig: WebhookRig, brand: string, products: string[] | null, since: number): Promise<Up> {
  let last = 0;
  const receiver = await startReceiver((response, received, nth) => {
    last = performance.now() - since;
    return ok(response, received, nth);
  });
  return { endpoint: await rig.addEndpoint(brand, receiver.url, { products }), receiver, doneAt: () => last };
}

async function drip(socket: Socket): Promise<void> {
  socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
  for await (const _ of every(20)) {
    if (socket.destroyed) return;
    socket.write('a');
  }
}
