import { randomUUID } from 'node:crypto';
import { handler as renewSigningKeys } from '../../../functions/renew-signing-keys.ts';
import { MINUTE_MS } from '../../../lib/domain/time.ts';
import { transact } from '../../../lib/dynamo/transact.ts';
import { positionBefore, putNewReplay } from '../../../lib/table/webhook-replays.ts';
import { onItsRole } from '../run/roles.ts';
import { openStock } from '../service/due-licenses.ts';
import { byOperation } from '../service/service.ts';
import type { World } from '../service/world.ts';
import { startReceiver, status } from './receiver.ts';
import { recordsOf, relayOnce, startRelay } from './relay.ts';
import { startWebhookRig } from './webhook-rig.ts';

/** Renews the signing keys, sweeps licenses that are due, and relays what has happened. */
export async function exerciseJobs(world: World): Promise<void> {
  const renewal = { awsRequestId: 'test', getRemainingTimeInMillis: () => MINUTE_MS };
  await onItsRole('renew-signing-keys', () => renewSigningKeys({}, renewal));
  const stock = await openStock();
  await stock.listBrand('2026-12-01T00:00:00Z');
  await stock.addBrand('MUTE', { expiring_lead_days: [] });
  const expires_at = '2027-01-01T12:00:00Z';
  const announced = { expires_at, since: '2026-01-01T12:00:00Z', leads: [], expired: false };
  for (const brand of ['MUTE', 'WPR'])
    await stock.add(brand, '2026-01-01T12:00:00Z', { expires_at, due_at: '2026-12-02T12:00:00Z', announced });
  const recount_at = '2026-12-02T11:00:00Z';
  await stock.add('WPR', '2026-12-02T10:00:00Z', { recount_at, policy: { development_sites_free: true } });
  await stock.sweep('2026-12-02T12:00:00Z');

  const rig = await startRelay(world);
  await relayOnce(rig, await recordsOf(world));
  await rig.stop();
}

/**
 * Fans out an event, queues a late one again, delivers to a receiver that answers 410 and to one that works, and runs
 * a replay and the sweep.
 */
export async function exerciseWebhooks(world: World): Promise<void> {
  const { key_prefix: brand, slug } = world.shop;
  const [gone, there] = await Promise.all([startReceiver(status(410)), startReceiver()]);
  const rig = await startWebhookRig(world);
  await rig.addEndpoint(brand, gone.url);
  const endpoint = await rig.addEndpoint(brand, there.url);
  const license = randomUUID();
  await rig.happen(brand, license, 1, 2);
  await rig.tick();
  rig.queues['webhook-events'].send({
    body: JSON.stringify({ detail: { seq: 1, brand: { slug }, entity: { id: license } } }),
  });
  const replay = {
    endpoint_id: endpoint.id,
    kind: 'replay',
    from: endpoint.created_at,
    to: endpoint.created_at,
    event_types: null,
  } as const;
  const stands = {
    per_minute: 60,
    only_undelivered: false,
    position: positionBefore(replay.from),
    sent: 0,
    state: 'running',
  } as const;
  const write = putNewReplay(
    brand,
    { ...replay, ...stands, requested_at: replay.from },
    Date.parse(replay.from),
    () => 'runs',
  );
  await transact(world.table(brand), [write]);
  await rig.tick(MINUTE_MS);
  await rig.tick(MINUTE_MS);
  const moved = { params: { endpoint_id: endpoint.id }, body: { url: 'https://shop.example.com/moved' } };
  await world.call(byOperation('update_webhook_endpoint'), { apiKey: world.shop.apiKey, ...moved });
  await rig.stop();
  await Promise.all([gone.stop(), there.stop()]);
}
