import { beforeAll } from '@jest/globals';
import type { Answering, Received, Receiver } from './receiver.ts';
import { receivers } from './receivers.ts';
import { byOperation, startService, type Reply, type Service, type TestBrand } from '../service/service.ts';
import { startWebhookRig, type TestEndpoint, type WebhookRig } from './webhook-rig.ts';

export type WebhookWorld = {
  service: () => Service;
  /** The brand of the rig that was opened last. */
  brand: () => TestBrand;
  useNewBrand: () => Promise<void>;
  /** A rig and a receiver, stopped at the end of the test. */
  open: (options?: Parameters<typeof startWebhookRig>[1]) => Promise<WebhookRig>;
  receiver: (answer?: Answering) => Promise<Receiver>;
  stopAfter: (stop: () => Promise<void>) => void;
  /** A call of the brand about one of its endpoints. */
  api: (
    operation: string,
    endpoint: TestEndpoint,
    more?: { params?: Record<string, string>; body?: object },
  ) => Promise<Reply>;
};

/** Shared parts of tests of whole deliveries: one service per file, and things to stop after each test. */
export function webhookWorld({ stream = true }: { stream?: true | 'quick' } = {}): WebhookWorld {
  let started: Service | undefined;
  let current: TestBrand | undefined;
  const { receiver, stopAfter } = receivers();
  beforeAll(async () => {
    started = await startService({ stream });
  });
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the test has not begun');
    return value;
  };
  const world: WebhookWorld = {
    service: () => there(started),
    brand: () => there(current),
    useNewBrand: async () => {
      current = await world.service().brand();
    },
    open: async (options) => {
      const rig = await startWebhookRig(world.service(), options);
      stopAfter(rig.stop);
      await world.useNewBrand();
      return rig;
    },
    receiver,
    stopAfter,
    api: (operation, endpoint, { params = {}, body = {} } = {}) =>
      world.service().call(byOperation(operation), {
        apiKey: world.brand().apiKey,
        params: { endpoint_id: endpoint.id, ...params },
        body,
      }),
  };
  return world;
}

export const idsOf = (received: readonly Received[]) => received.map(({ headers }) => headers['webhook-id']);
