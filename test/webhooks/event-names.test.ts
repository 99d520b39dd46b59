import { expect, jest, test } from '@jest/globals';
import { now } from '../../lib/process/clock.ts';
import { verified, type Received, type Receiver } from '../support/webhooks/receiver.ts';
import { byOperation } from '../support/service/service.ts';
import { type TestEndpoint, type WebhookRig } from '../support/webhooks/webhook-rig.ts';
import { webhookWorld } from '../support/webhooks/webhook-world.ts';
import { SECOND_MS, MINUTE_MS, isoSeconds } from '../../lib/domain/time.ts';

jest.setTimeout(90_000);

const world = webhookWorld();
const { open, receiver, api } = world;
const SITE = 'https://shop.example';

const call = (
  operation: string,
  more: { params?: Record<string, string>; query?: Record<string, string>; body?: object },
) => world.service().call(byOperation(operation), { apiKey: world.brand().apiKey, ...more });

/** Sells a license, activates it and deactivates it. */
async function giveSeatBack(): Promise<{ licenseId: string }> {
  const body = { customer_email: 'jo@example.com', products: ['wp-rocket'], max_seats: 2 };
  const sold = await call('provision_licenses', { body });
  const { key: license_key } = sold.body['license_key'] as { key: string };
  const seat = { license_key, product: 'wp-rocket', instance_type: 'url', instance_identifier: SITE };
  for (const operation of ['activate_license', 'deactivate_license'])
    expect((await world.service().call(byOperation(operation), { body: seat })).status).toBeLessThan(300);
  const [license] = sold.body['licenses'] as { id: string }[];
  return { licenseId: license?.id ?? '' };
}

/** An endpoint with these subscriptions, and its receiver. */
async function asking(rig: WebhookRig, ...event_types: string[]): Promise<{ endpoint: TestEndpoint } & Receiver> {
  const started = await receiver();
  return { endpoint: await rig.addEndpoint(world.brand().key_prefix, started.url, { event_types }), ...started };
}

/** The messages about a freed seat, each verified as receivers do. */
const seatsGivenBack = ({ endpoint, received }: { endpoint: TestEndpoint; received: readonly Received[] }) => {
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now());
  try {
    return received
      .map((one) => ({ id: one.headers['webhook-id'], body: one.body, ...verified(endpoint.secretText, one) }))
      .filter((message): message is typeof message & { type: string; data: object; seq: number } =>
        ['seat.deactivated', 'license.deactivated'].includes((message as unknown as { type: string }).type),
      );
  } finally {
    clock.mockRestore();
  }
};

test('a deactivation is sent once to subscribers of either event name, under their name', async () => {
  const rig = await open();
  const asked = {
    'license.deactivated': await Promise.all([
      asking(rig, 'license.*'),
      asking(rig, 'license.deactivated'),
      asking(rig, 'license.renewed', 'license.deactivated'),
    ]),
    'seat.deactivated': await Promise.all([
      asking(rig, 'seat.deactivated'),
      asking(rig, 'seat.*'),
      asking(rig, '*'),
      asking(rig, 'license.*', 'seat.deactivated'),
      asking(rig, 'license.deactivated', '*'),
    ]),
    none: await Promise.all([asking(rig, 'license.activated'), asking(rig, 'license_key.*')]),
  };
  await rig.tick();
  await giveSeatBack();
  await rig.tick();
  const [first] = asked['seat.deactivated'].slice(0, 1).flatMap(seatsGivenBack);
  for (const [type, endpoints] of Object.entries(asked)) {
    for (const one of endpoints) {
      const wanted = type === 'none' ? [] : [{ id: first?.id, type, seq: first?.seq, data: first?.data }];
      expect(seatsGivenBack(one)).toMatchObject(wanted);
      expect(seatsGivenBack(one)).toHaveLength(wanted.length);
    }
  }
  const [entry] = (await call('list_events', { query: { type: 'seat.deactivated' } })).body['events'] as {
    id: string;
  }[];
  expect(entry).toMatchObject({ id: first?.id, type: 'seat.deactivated' });
  const deliveries = await call('list_event_deliveries', { params: { event_id: first?.id ?? '' } });
  const names = (deliveries.body['deliveries'] as { event_type: string }[]).map(({ event_type }) => event_type);
  expect(Map.groupBy(names, (name) => name).size).toBe(2);
  expect(names).toHaveLength(8);
  expect(rig.errors).toEqual([]);
});

test('a redelivery keeps the event name of its message, and a replay uses the currently subscribed name', async () => {
  const rig = await open();
  const one = await asking(rig, 'license.*');
  await rig.tick();
  const from = isoSeconds(now());
  await giveSeatBack();
  await rig.tick();
  const [sent] = seatsGivenBack(one);
  const change = await api('update_webhook_endpoint', one.endpoint, { body: { event_types: ['seat.*'] } });
  expect(change.status).toBe(200);
  await api('redeliver_webhook', one.endpoint, { params: { delivery_id: sent?.id ?? '' } });
  await rig.tick(SECOND_MS);
  expect(seatsGivenBack(one).map(({ id, body }) => ({ id, body }))).toEqual([
    { id: sent?.id, body: sent?.body },
    { id: sent?.id, body: sent?.body },
  ]);
  const replay = { from, to: isoSeconds(now()), event_types: ['license.deactivated'] };
  expect((await api('replay_events', one.endpoint, { body: replay })).status).toBe(200);
  await rig.tick(2 * MINUTE_MS);
  expect(seatsGivenBack(one).at(-1)).toMatchObject({ id: sent?.id, type: 'seat.deactivated' });
  expect(seatsGivenBack(one)).toHaveLength(3);
});

test('an endpoint can subscribe to the second name, and unknown names are refused with both valid ones', async () => {
  await open();
  const made = { url: 'https://shop.example.com/hooks', event_types: ['license.deactivated'] };
  expect((await call('create_webhook_endpoint', { body: made })).body).toMatchObject(made);
  const unknown = ['license.deactivate', 'seat.deactivate'];
  const wrong = await call('create_webhook_endpoint', { body: { ...made, event_types: unknown } });
  expect(wrong.status).toBe(400);
  expect(wrong.body['errors']).toEqual([
    { pointer: '/event_types/0', message: expect.stringMatching(/\blicense\.deactivated\b/) },
    { pointer: '/event_types/1', message: expect.stringMatching(/\bseat\.deactivated\b/) },
  ]);
});

test('the journal can be searched by either event name, and shows the first one', async () => {
  await open();
  const { licenseId } = await giveSeatBack();
  const found = async (operation: string, query: Record<string, string>, apiKey = world.brand().apiKey) => {
    const { status, body } = await world.service().call(byOperation(operation), { apiKey, query });
    expect(status).toBe(200);
    return (body['events'] as { type: string }[]).map(({ type }) => type);
  };
  for (const type of ['license.deactivated', 'seat.deactivated', 'seat.*']) {
    expect(await found('list_events', { type })).toEqual(['seat.deactivated']);
    const ofLicense = { license_id: licenseId, type };
    expect(await found('search_events', ofLicense, world.service().platformKey)).toEqual(['seat.deactivated']);
  }
  const ofLicenses = ['seat.deactivated', 'license.activated', 'license.provisioned'];
  expect((await found('list_events', { type: 'license.*' })).sort()).toEqual(ofLicenses.sort());
});
