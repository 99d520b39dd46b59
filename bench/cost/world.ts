import { randomBytes } from 'node:crypto';
import { handler as deliverWebhook } from '../../functions/deliver-webhook.ts';
import { handler as fanOutEvent } from '../../functions/fan-out-event.ts';
import { routes } from '../../lib/api/routes.ts';
import { importRow } from '../../lib/commands/import-row.ts';
import { openBrowser, consoleEnvironment } from '../../test/support/console/browser.ts';
import { startStandInProvider } from '../../test/support/console/stand-in-provider.ts';
import { announceEngineEndpoint } from '../../test/support/run/engine-endpoint.ts';
import { onItsRole } from '../../test/support/run/roles.ts';
import { countBatch } from '../../test/support/service/counting.ts';
import { byOperation, type TestBrand } from '../../test/support/service/service.ts';
import { freshCall, startWorld, type World } from '../../test/support/service/world.ts';
import { startQueueSink } from '../../test/support/webhooks/queue-sink.ts';
import { startReceiver } from '../../test/support/webhooks/receiver.ts';
import type { CountingProxy } from '../counting-proxy.ts';
import { BRAND, furnishShop, openBenchImport, parsedRowAt } from '../import/shop.ts';
import { capturingStdout } from '../stdout.ts';
import { countCall, medianCpu } from './count.ts';
import { DELIVERY, EVENT_PARTS, type Counted, type Way } from './model.ts';

/** Fewer than of the operations that sites and shops wait for: there are many routes. */
const WARM_UP_CALLS = 2;
const TIMED_CALLS = 5;
const INVOCATION = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 30_000 };

/** The world of the tests, with a call for every route, behind the proxy. */
export async function openBenchWorld(proxy: CountingProxy): Promise<World> {
  announceEngineEndpoint(proxy.endpoint);
  process.env['LOG_LEVEL'] = 'INFO';
  const world = await startWorld();
  await world.call(byOperation('update_brand'), {
    apiKey: world.platformKey,
    params: { brand_id: world.shop.id },
    body: { settings: { rate_limit_per_minute: 30_000 } },
  });
  return world;
}

/** One call of every route of the API. */
export async function countRoutes(world: World, proxy: CountingProxy): Promise<Counted[]> {
  const counted: Counted[] = [];
  for (const route of routes) {
    const first = await freshCall(route, world);
    // It opens what a container keeps.
    await capturingStdout(() => world.call(route, first));
    const call = await freshCall(route, world);
    const once = await countCall(proxy, `${route.method} ${route.path}`, async () =>
      Buffer.byteLength((await world.call(route, call)).text),
    );
    const cpuMs = await medianCpu(WARM_UP_CALLS, TIMED_CALLS, async () => {
      const next = await freshCall(route, world);
      return () => world.call(route, next);
    });
    counted.push({ ...once, cpuMs });
  }
  return counted;
}

/** A part of the service that no caller waits for: `prepare` makes one more of its calls, which returns its bytes. */
type Part = { name: string; way: Way; prepare: (nth: number) => Promise<() => Promise<number>> };

/** Counts events, deliveries, rows of imports, and a page of the console. */
export async function countBackground(world: World, proxy: CountingProxy): Promise<Counted[]> {
  const counted: Counted[] = [];
  for (const { name, way, prepare } of [...(await ofEvents(world)), await ofImports(world), await ofConsole(world)]) {
    const first = await prepare(-1);
    await capturingStdout(first);
    const once = await countCall(proxy, name, await prepare(0));
    counted.push({ ...once, way, cpuMs: await medianCpu(WARM_UP_CALLS, TIMED_CALLS, prepare) });
  }
  return counted;
}

/** Sells a license, and returns the event of it as the bus sends it. */
async function sell(world: World, { apiKey, slug }: TestBrand): Promise<string> {
  const body = { customer_email: 'bench@example.com', products: ['wp-rocket'], license_key: 'new' };
  const { licenses } = (await world.call(byOperation('provision_licenses'), { apiKey, body })).body as {
    licenses: { id: string; created_at: string }[];
  };
  const [license] = licenses;
  if (license === undefined) throw new Error('nothing was sold');
  return JSON.stringify({
    detail: {
      type: 'license.provisioned',
      seq: 1,
      brand: { slug },
      entity: { id: license.id, type: 'license' },
      request_id: license.id,
      occurred_at: license.created_at,
    },
  });
}

/** Hands an event to the webhook endpoints that want it. */
async function fanOut(body: string): Promise<number> {
  const event = { Records: [{ messageId: 'one', body }] } as unknown as Parameters<typeof fanOutEvent>[0];
  assertTaken((await onItsRole('fan-out-event', () => fanOutEvent(event, INVOCATION))).batchItemFailures);
  return 0;
}

async function addToAnalytics(body: string): Promise<number> {
  assertTaken(await countBatch([{ messageId: 'one', body }]));
  return 0;
}

async function ofEvents(world: World): Promise<Part[]> {
  const [silent, heard] = [await world.brand(), await world.brand()];
  const sold = (brand: TestBrand, take: (body: string) => Promise<number>) => async () => {
    const body = await sell(world, brand);
    return () => take(body);
  };
  const deliver = await openDeliveries(world, heard);
  return [
    { name: EVENT_PARTS.counted, way: 'message', prepare: sold(silent, addToAnalytics) },
    { name: EVENT_PARTS.unheard, way: 'message', prepare: sold(silent, fanOut) },
    { name: 'an event for one webhook endpoint', way: 'message', prepare: sold(heard, fanOut) },
    { name: DELIVERY, way: 'message', prepare: deliver },
  ];
}

/** Gives a brand a webhook endpoint that answers at once. */
async function openDeliveries(world: World, brand: TestBrand): Promise<Part['prepare']> {
  const [sink, receiver] = [await startQueueSink(), await startReceiver()];
  const endpoint = { apiKey: brand.apiKey, body: { url: receiver.url, event_types: ['license.provisioned'] } };
  await world.call(byOperation('create_webhook_endpoint'), endpoint);
  return async (nth) => {
    await fanOut(await sell(world, brand));
    const taken = sink.taken.at(-1);
    if (taken === undefined) throw new Error('no delivery was queued');
    const attributes = { MessageGroupId: taken.group, SequenceNumber: String(nth + 2) };
    const message = { messageId: 'one', body: JSON.stringify(taken.body), attributes };
    const event = { Records: [message] } as unknown as Parameters<typeof deliverWebhook>[0];
    return async () => {
      assertTaken((await onItsRole('deliver-webhook', () => deliverWebhook(event, INVOCATION))).batchItemFailures);
      return Buffer.byteLength(JSON.stringify(receiver.received.at(-1)));
    };
  };
}

function assertTaken(failures: readonly unknown[]): void {
  if (failures.length > 0) throw new Error('a message was given back');
}

/** A worker takes a call of Lambda for thousands of rows. */
async function ofImports(world: World): Promise<Part> {
  const table = world.table(BRAND);
  await furnishShop(table);
  const context = await openBenchImport(table, randomBytes(64));
  return {
    name: 'a row of an import, one license on one site',
    way: 'part',
    prepare: (nth) =>
      Promise.resolve(async () => {
        await importRow(context, { line: nth + 2, row: parsedRowAt(nth + 2, 1) });
        return 0;
      }),
  };
}

async function ofConsole(world: World): Promise<Part> {
  const provider = await startStandInProvider();
  Object.assign(process.env, consoleEnvironment(provider.issuer));
  const browser = openBrowser(provider);
  await browser.signIn({ sub: 'sam', name: 'Sam', groups: [`support-${world.shop.slug}`] });
  return {
    name: 'a license in the console',
    way: 'call',
    prepare: () =>
      Promise.resolve(async () => {
        const { status, html } = await browser.get(`/console/licenses/${world.ids['license_id'] ?? ''}`);
        if (status !== 200) throw new Error(`the console answered ${String(status)}`);
        return Buffer.byteLength(html);
      }),
  };
}
