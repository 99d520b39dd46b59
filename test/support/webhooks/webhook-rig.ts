import { randomBytes } from 'node:crypto';
import { startBus } from '../../../local/bus.ts';
import { startEventFlow, type Ticked } from '../../../local/event-flow.ts';
import { openQueues, type Queues } from '../../../local/queues.ts';
import { followStream } from '../../../local/stream.ts';
import { startWebhooks, webhookEnvironment, webhookRule, type WebhookHandlers } from '../../../local/webhooks.ts';
import { now } from '../../../lib/process/clock.ts';
import type { Runtime } from '../../../lib/context.ts';
import { newId } from '../../../lib/process/ids.ts';
import { isoSeconds } from '../../../lib/domain/time.ts';
import { PAYLOAD_VERSION } from '../../../lib/domain/webhook.ts';
import { serveStream } from '../../../lib/relay/open-relay.ts';
import { openRuntime } from '../../../lib/runtime.ts';
import { journalWrite } from '../../../lib/table/journal.ts';
import { sdkWire } from '../../../lib/dynamo/sdk-wire.ts';
import { transact } from '../../../lib/dynamo/transact.ts';
import { readDeliveries, type Delivery } from '../../../lib/table/webhook-deliveries.ts';
import {
  putNewWebhookEndpoint,
  secretContext,
  webhookEndpointById,
  type WebhookEndpoint,
} from '../../../lib/table/webhook-endpoints.ts';
import { serveDeliveries, serveEvents, serveSweep } from '../../../lib/webhooks/serve.ts';
import { engineEndpoint } from '../run/engine-endpoint.ts';
import { onItsRole } from '../run/roles.ts';
import { sampleLicense } from '../service/sample-license.ts';
import type { Service } from '../service/service.ts';

export type TestEndpoint = WebhookEndpoint & { brand: string; secretText: string };

export type WebhookRig = {
  queues: Queues;
  /** Messages that no part of the flow could handle. */
  errors: unknown[];
  runtime: Runtime;
  /** Runs everything due and waits until nothing is left; first advances the clock by this much. */
  tick: (aheadMs?: number) => Promise<Ticked>;
  addEndpoint: (brand: string, url: string, changes?: Partial<WebhookEndpoint>) => Promise<TestEndpoint>;
  endpoint: (endpoint: TestEndpoint) => Promise<WebhookEndpoint | undefined>;
  /** Journals changes of a license, `seq` from one number to another. Returns the ids of the entries. */
  happen: (brand: string, licenseId: string, fromSeq: number, toSeq?: number, productId?: string) => Promise<string[]>;
  deliveries: (endpoint: TestEndpoint) => Promise<Delivery[]>;
  stop: () => Promise<void>;
};

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/**
 * The whole path of an event to its receivers as in the local service: stream, relay, bus, queues and the deployed
 * functions. Only the receivers' timeout of 15 seconds is shorter. `over` replaces handlers.
 */
export async function startWebhookRig(
  service: Service,
  {
    timeoutMs = 10_000,
    mostQueued,
    over,
  }: {
    timeoutMs?: number;
    mostQueued?: number | undefined;
    over?: (handlers: WebhookHandlers) => Partial<WebhookHandlers>;
  } = {},
): Promise<WebhookRig> {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const queues = openQueues();
  const bus = await startBus([webhookRule(queues)], onError, queues);
  Object.assign(process.env, {
    STAGE: 'local',
    EVENT_BUS_NAME: 'test',
    EVENT_BUS_ENDPOINT: bus.endpoint,
    ASIDE_QUEUE_URL: bus.queueUrl,
    ...webhookEnvironment(bus),
  });
  const [fanOut, deliver, sweep] = [
    serveEvents(patientRuntime, { mostQueued }),
    serveDeliveries(patientRuntime, { timeoutMs, mostQueued }),
    serveSweep(patientRuntime, { mostQueued }),
  ];
  const handlers: WebhookHandlers = {
    fanOut: (event, invocation) => onItsRole('fan-out-event', () => fanOut(event, invocation)),
    deliver: (event, invocation) => onItsRole('deliver-webhook', () => deliver(event, invocation)),
    runImport: () => Promise.resolve({ batchItemFailures: [] }),
  };
  const sweepWebhooks: typeof sweep = (event, invocation) =>
    onItsRole('sweep-webhooks', () => sweep(event, invocation));
  const stream = await followStream({
    endpoint: engineEndpoint(),
    tableName: service.tableName,
    handler: serveStream(patientRuntime),
    onError,
  });
  const webhooks = startWebhooks(queues, { ...handlers, ...over?.(handlers) }, onError, { patience: 20 });
  const nothingDue = () => Promise.resolve({ visited: 0, expired: 0, announced: 0, finished: true });
  const flow = startEventFlow({
    bus,
    stream,
    sweep: nothingDue,
    sweepAfterJump: nothingDue,
    webhooks,
    sweepWebhooks,
    renewSigningKeys: () => Promise.resolve(),
    archiveLicenses: () => Promise.resolve({ licenses: 0, entries: 0, left: 0, finished: true }),
    onMoved: () => undefined,
    onError,
  });
  const runtime = openRuntime();
  const vault = await runtime.vault(AbortSignal.timeout(10_000));
  return {
    queues,
    errors,
    runtime,
    tick: async (aheadMs) => {
      const ticked = await flow.tick(aheadMs === undefined ? undefined : now() + aheadMs);
      if (ticked === 'past') throw new Error('the clock was to go back');
      return ticked;
    },
    addEndpoint: async (brand, url, changes = {}) => {
      const id = newId(now());
      const secretText = newSecret();
      const at = isoSeconds(now());
      const endpoint: WebhookEndpoint = {
        ...{ id, url, description: null, event_types: ['license.*'], products: null, payload_version: PAYLOAD_VERSION },
        ...{ status: 'active', disabled_reason: null, stopped_at: null, created_at: at, updated_at: at, seq: 1 },
        secret: vault.encrypt(secretText, secretContext(brand, id)),
        previous_secret: null,
        previous_secret_until: null,
        ...changes,
      };
      await transact<never>(service.table(brand), [putNewWebhookEndpoint(brand, endpoint)]);
      return { ...endpoint, brand, secretText };
    },
    endpoint: ({ brand, id }) => webhookEndpointById(service.table(brand), brand, id),
    happen: async (brand, licenseId, fromSeq, toSeq = fromSeq, productId) => {
      const ids: string[] = [];
      for (let seq = fromSeq; seq <= toSeq; seq += 1) {
        const write = changeOf(brand, licenseId, seq, productId);
        if ('put' in write) ids.push(String(write.put['id']));
        await transact<never>(service.table(brand), [write]);
      }
      return ids;
    },
    deliveries: async ({ brand, id }) =>
      (await readDeliveries(service.table(brand), brand, id, { limit: 5_000 })).deliveries,
    stop: () => flow.stop(),
  };
}

/** The number of webhook messages in dead-letter queues. */
export const deadMessages = ({ queues }: Pick<WebhookRig, 'queues'>): number =>
  (['webhook-events', 'webhook-first', 'webhook-retries'] as const)
    .map((name) => queues[`dead-letters-${name}`].visible())
    .reduce((sum, count) => sum + count, 0);

/** Waits for the engine without a timeout, because a busy machine must not count as a fault of the table. */
export const patientRuntime = (): Runtime => ({
  ...openRuntime(),
  wire: sdkWire({
    endpoint: engineEndpoint(),
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: {},
  }),
});

function changeOf(brand: string, id: string, seq: number, productId?: string) {
  const { product, ...sample } = sampleLicense({ id, seq });
  const license = { ...sample, product: { ...product, ...(productId === undefined ? {} : { id: productId }) } };
  const author = { brand, actor: { type: 'system' as const, id: 'tests' }, requestId: 'tests', nowMs: now() };
  const change = { notBefore: '', before: { expires_at: null }, after: { expires_at: isoSeconds(now()) } };
  return journalWrite(author, { type: 'license.renewed', entity: { type: 'license', id }, seq, ...change, license });
}
