import { describe, expect, test } from '@jest/globals';
import { deactivateActivation, listActivations } from '../../lib/api/activations.ts';
import { byOperation, type Reply } from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { bytesOf } from '../support/service/world.ts';
import { overwrite, seatsTaken, storedLicense, wholeTable } from '../support/table/whole-table.ts';
import { useWorld } from '../support/service/started-service.ts';
import { DAY_S } from '../../lib/domain/time.ts';

type Bought = { id: string; key: string };
type Refused = { code: string; instance_identifier: string; instance_type: string; occurred_at: string };
const world = useWorld();

async function buy(fields: Record<string, unknown> = {}): Promise<Bought> {
  const body = {
    customer_email: 'seats@example.com',
    products: ['wp-rocket'],
    license_key: 'new',
    max_seats: 1,
    ...fields,
  };
  const { body: made } = await world.call(byOperation('provision_licenses'), { apiKey: world.shop.apiKey, body });
  const { license_key, licenses } = made as { license_key: { key: string }; licenses: { id: string }[] };
  return { id: licenses[0]?.id ?? '', key: license_key.key };
}

const onSite = (operation: string, { key }: Bought, site: string): Promise<Reply> =>
  world.call(byOperation(operation), {
    body: { license_key: key, product: 'wp-rocket', instance_identifier: `https://${site}.example.com` },
  });
const activate = (bought: Bought, site: string): Promise<Reply> => onSite('activate_license', bought, site);
const remove = (license_id: string, activation_id: string, query: Record<string, string> = {}): Promise<Reply> =>
  world.call(deactivateActivation, { apiKey: world.shop.apiKey, params: { license_id, activation_id }, query });
const change = (operation: string, { id }: Bought): Promise<Reply> =>
  world.call(byOperation(operation), { apiKey: world.shop.apiKey, params: { license_id: id }, body: {} });

describe('a deactivation from the back office', () => {
  test('frees the seat at once, keeps the activation, and journals the actor and the reason', async () => {
    const bought = await buy();
    const { body } = await activate(bought, 'a');
    const id = String(body['activation_id']);
    expect((await activate(bought, 'b')).body['code']).toBe('seat_limit_reached');
    expect(await remove(bought.id, id, { reason: 'site is gone' })).toMatchObject({
      status: 200,
      body: {
        id,
        status: 'deactivated',
        takes_seat: false,
        instance_identifier: 'https://a.example.com',
        deactivated_at: expect.stringMatching(/Z$/),
      },
    });
    const check = await world.call(byOperation('check_license'), {
      query: { license_key: bought.key, product: 'wp-rocket', instance_identifier: 'https://a.example.com' },
    });
    expect(check.body).toMatchObject({ may_run: false, code: 'not_activated' });
    const { license, activations, journal } = await storedLicense(world, bought.id);
    expect([license.seats_used, license.vacated, seatsTaken(activations)]).toEqual([0, 0, 0]);
    expect(journal.at(-1)).toMatchObject({
      type: 'seat.deactivated',
      seq: license.seq,
      actor: { type: 'api_key' },
      reason: 'site is gone',
      before: { seats_used: 1, activation: { id, status: 'active' } },
      after: { seats_used: 0, activation: { id, status: 'deactivated' } },
    });
    expect((await activate(bought, 'b')).status).toBe(201);
  });

  test('does not count as a seat move, and a later activation keeps the same activation id', async () => {
    const bought = await buy({ policy: { seat_moves_per_30_days: 0 } });
    const { body } = await activate(bought, 'a');
    const id = String(body['activation_id']);
    expect((await remove(bought.id, id)).status).toBe(200);
    expect(await activate(bought, 'a')).toMatchObject({ status: 201, body: { activation_id: id } });
    expect((await remove(bought.id, id)).status).toBe(200);
    expect((await activate(bought, 'b')).status).toBe(201);
  });

  test('can be repeated on a cancelled license and then changes nothing', async () => {
    const bought = await buy();
    const id = String((await activate(bought, 'a')).body['activation_id']);
    await change('cancel_license', bought);
    const first = await remove(bought.id, id);
    expect(first.status).toBe(200);
    const before = await fingerprint(world);
    const again = await remove(bought.id, id);
    expect(again.body).toEqual(first.body);
    expect(await fingerprint(world)).toBe(before);
  });

  test('frees a seat once, even if ten calls request it at the same time', async () => {
    const bought = await buy({ max_seats: 3 });
    const id = String((await activate(bought, 'a')).body['activation_id']);
    await activate(bought, 'b');
    const replies = await Promise.all(Array.from({ length: 10 }, () => remove(bought.id, id)));
    for (const reply of replies) expect(reply.status).toBe(200);
    const { license, activations, journal } = await storedLicense(world, bought.id);
    expect([license.seats_used, seatsTaken(activations)]).toEqual([1, 1]);
    expect(journal.filter(({ type }) => type === 'seat.deactivated')).toHaveLength(1);
  });

  test('answers for another license’s activation byte for byte as for an unknown one', async () => {
    const [one, two] = [await buy(), await buy()];
    const id = String((await activate(one, 'a')).body['activation_id']);
    const unknown = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`;
    const sameTail = `${id.startsWith('0') ? '1' : '0'}${id.slice(1)}`;
    const before = await fingerprint(world);
    const missing = bytesOf(await remove(one.id, unknown));
    expect(missing).toMatch(/^404 .*activation_not_found/);
    expect(bytesOf(await remove(one.id, sameTail))).toBe(missing);
    expect(bytesOf(await remove(two.id, id))).toBe(missing);
    expect(await fingerprint(world)).toBe(before);
  });
});

describe('the refused calls of a license', () => {
  const refusedOf = async ({ id }: Bought): Promise<Refused[]> => {
    const reply = await world.call(listActivations, { apiKey: world.shop.apiKey, params: { license_id: id } });
    return reply.body['refused_calls'] as Refused[];
  };

  test('are listed beside its activations with instance, code and time', async () => {
    const bought = await buy();
    expect(await refusedOf(bought)).toEqual([]);
    await activate(bought, 'a');
    expect((await activate(bought, 'b')).body['code']).toBe('seat_limit_reached');
    await change('suspend_license', bought);
    expect((await activate(bought, 'c')).body['code']).toBe('license_suspended');
    await change('cancel_license', bought);
    expect((await activate(bought, 'c')).body['code']).toBe('license_cancelled');
    const refused = await refusedOf(bought);
    expect(refused.map(({ code, instance_identifier }) => `${code} ${instance_identifier}`).sort()).toEqual([
      'license_cancelled https://c.example.com',
      'license_suspended https://c.example.com',
      'seat_limit_reached https://b.example.com',
    ]);
    for (const { instance_type, occurred_at } of refused) {
      expect(instance_type).toBe('url');
      expect(occurred_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    }
  });

  test('include a deactivation of an unknown site, but no deactivation that succeeds or changes nothing', async () => {
    const bought = await buy();
    await activate(bought, 'a');
    expect(await onSite('deactivate_license', bought, 'stray')).toMatchObject({
      status: 404,
      body: { code: 'activation_not_found' },
    });
    for (let i = 0; i < 2; i += 1) expect((await onSite('deactivate_license', bought, 'a')).status).toBe(200);
    expect(await refusedOf(bought)).toMatchObject([
      { code: 'activation_not_found', instance_identifier: 'https://stray.example.com', instance_type: 'url' },
    ]);
  });

  test('record a repeated refusal of one instance once', async () => {
    const bought = await buy();
    await activate(bought, 'a');
    await activate(bought, 'b');
    for (let i = 0; i < 5; i += 1) expect((await activate(bought, 'b')).status).toBe(422);
    const { item } = await storedLicense(world, bought.id);
    const noted = (await wholeTable(world)).filter(({ pk, sk }) => pk === item.pk && sk.startsWith('refused#'));
    // There are two if a new ten-minute span begins during the calls.
    expect([1, 2]).toContain(noted.length);
  });

  test('are limited to the last 20 of the last seven days', async () => {
    const bought = await buy();
    await activate(bought, 'a');
    for (let i = 0; i < 25; i += 1) await activate(bought, `site-${String(i)}`);
    expect(await refusedOf(bought)).toHaveLength(20);
    const { item } = await storedLicense(world, bought.id);
    const noted = (await wholeTable(world)).filter(({ pk, sk }) => pk === item.pk && sk.startsWith('refused#'));
    expect(noted).toHaveLength(25);
    for (const { ttl, occurred_at } of noted)
      expect(Number(ttl) - Date.parse(String(occurred_at)) / 1000).toBe(7 * DAY_S);
    for (const one of noted.slice(1)) await overwrite(world, one, { ttl: Math.floor(Date.now() / 1000) });
    expect(await refusedOf(bought)).toEqual([
      expect.objectContaining({ instance_identifier: noted[0]?.['instance_identifier'] }),
    ]);
  });

  test('are on the first page only, and do not include a check with a negative verdict', async () => {
    const bought = await buy({ max_seats: 2 });
    for (const site of ['a', 'b']) await activate(bought, site);
    const before = await fingerprint(world);
    expect((await onSite('check_license_by_post', bought, 'c')).body).toMatchObject({ may_run: false });
    expect(await fingerprint(world)).toBe(before);
    const call = { apiKey: world.shop.apiKey, params: { license_id: bought.id } };
    const first = await world.call(listActivations, { ...call, query: { limit: '1' } });
    expect(first.body).toMatchObject({ refused_calls: [] });
    const second = await world.call(listActivations, {
      ...call,
      query: { limit: '1', cursor: String(first.body['next_cursor']) },
    });
    expect(Object.keys(second.body).sort()).toEqual(['activations', 'next_cursor']);
  });
});
