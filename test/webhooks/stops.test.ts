import { randomUUID } from 'node:crypto';
import { expect, jest, test } from '@jest/globals';
import { now } from '../../lib/process/clock.ts';
import { isKept } from '../../lib/table/webhook-deliveries.ts';
import { ok, status } from '../support/webhooks/receiver.ts';
import { startWebhookRig } from '../support/webhooks/webhook-rig.ts';
import { idsOf, webhookWorld } from '../support/webhooks/webhook-world.ts';
import { SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS, isoSeconds } from '../../lib/domain/time.ts';

jest.setTimeout(90_000);

const world = webhookWorld({ stream: 'quick' });
const { open, receiver, api } = world;

test('a paused endpoint receives nothing until it is resumed, and then every message once', async () => {
  const rig = await open();
  const flaky = await receiver(status(500));
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, flaky.url);
  const license = randomUUID();
  const [waited] = await rig.happen(world.brand().key_prefix, license, 1);
  await rig.tick();
  expect((await api('pause_webhook_endpoint', endpoint)).status).toBe(200);
  await rig.tick(3 * SECOND_MS);
  const meanwhile = await rig.happen(world.brand().key_prefix, license, 2, 4);
  await rig.tick(HOUR_MS);
  expect(flaky.received).toHaveLength(1);
  flaky.answer = ok;
  expect((await api('resume_webhook_endpoint', endpoint)).status).toBe(200);
  await rig.tick(5 * MINUTE_MS);
  expect(idsOf(flaky.received).slice(1)).toEqual(meanwhile);
  await rig.tick(2 * HOUR_MS);
  expect(idsOf(flaky.received).slice(1)).toEqual([...meanwhile, waited]);
  await rig.tick(DAY_MS);
  expect(flaky.received).toHaveLength(5);
});

test('the waiting deliveries of a paused endpoint are kept longer than the retention of the log', async () => {
  const rig = await open();
  const flaky = await receiver(status(500));
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, flaky.url);
  const [waited] = await rig.happen(world.brand().key_prefix, randomUUID(), 1);
  await rig.tick();
  await api('pause_webhook_endpoint', endpoint);
  for (let days = 0; days < 40; days += 20) await rig.tick(20 * DAY_MS);
  const [delivery] = await rig.deliveries(endpoint);
  expect(delivery).toMatchObject({ id: waited, status: 'waiting' });
  expect(delivery && isKept(delivery, now() + 29 * DAY_MS)).toBe(true);
});

test('a replay does not resend deliveries that are still pending', async () => {
  let isHeld = true;
  const rig = await open({
    over: (handlers) => ({
      deliver: (event, invocation) =>
        isHeld ? Promise.reject(new Error('held')) : handlers.deliver(event, invocation),
    }),
  });
  const { url, received } = await receiver();
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, url);
  const from = isoSeconds(now());
  const ids = await rig.happen(world.brand().key_prefix, randomUUID(), 1, 3);
  await rig.tick();
  expect((await api('replay_events', endpoint, { body: { from, to: isoSeconds(now()) } })).status).toBe(200);
  await rig.tick(MINUTE_MS);
  expect((await api('get_webhook_endpoint', endpoint)).body).toMatchObject({ replay: { state: 'done' } });
  expect((await rig.deliveries(endpoint)).map(({ status: stands, revision }) => [stands, revision])).toEqual(
    ids.map(() => ['pending', 1]),
  );
  isHeld = false;
  await rig.tick(2 * MINUTE_MS);
  await rig.tick(2 * MINUTE_MS);
  expect(idsOf(received)).toEqual(ids);
});

test('messages queued when the service stops are sent after its next start', async () => {
  const first = await startWebhookRig(world.service(), {
    over: () => ({ deliver: () => Promise.reject(new Error('stopping')) }),
  });
  await world.useNewBrand();
  const { url, received } = await receiver();
  const endpoint = await first.addEndpoint(world.brand().key_prefix, url);
  const ids = await first.happen(world.brand().key_prefix, randomUUID(), 1, 3);
  await first.tick();
  await first.stop();
  expect(await first.deliveries(endpoint)).toHaveLength(3);
  const second = await startWebhookRig(world.service());
  world.stopAfter(second.stop);
  await second.tick();
  expect(idsOf(received)).toEqual(ids);
});
