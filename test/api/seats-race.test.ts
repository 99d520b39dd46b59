import { expect, test } from '@jest/globals';
import type { ActivateAnswer } from '../../lib/api/activate.ts';
import { activate, deactivate, firstOf, purchase, untilAnswered, verdict } from '../support/service/purchases.ts';
import { seatsTaken, storedLicense, upTo } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);

test('32 workers with 20 sites each take exactly the 100 available seats', async () => {
  const bought = await purchase(service, brand, { max_seats: 100 });
  const license_key = bought.license_key.key;
  const work = async (worker: number) => {
    const outcomes = [];
    for (const site of upTo(20)) {
      outcomes.push(
        await untilAnswered(() =>
          activate(service, {
            license_key,
            product: 'wp-rocket',
            instance_identifier: `https://w${worker}.example/s${site}`,
          }),
        ),
      );
    }
    return outcomes;
  };
  const outcomes = (await Promise.all(upTo(32).map(work))).flat();

  const replies = outcomes.map(({ reply }) => reply);
  // A retry after a late answer gets 200, because the site already has its seat.
  const seated = replies.filter(({ status }) => status === 201 || status === 200);
  expect(seated.map(({ text }) => text)).toHaveLength(100);
  const refused = replies.filter(({ status }) => status !== 201 && status !== 200);
  expect(refused).toHaveLength(540);
  for (const reply of refused)
    expect(reply).toMatchObject({
      status: 422,
      body: { code: 'seat_limit_reached', seat_limit: 100, seats_used: 100 },
    });
  expect(new Set(seated.map(({ body }) => body['activation_id'])).size).toBe(100);

  const { license, activations, journal } = await storedLicense(service, firstOf(bought.licenses).id);
  expect(activations).toHaveLength(100);
  expect(seatsTaken(activations)).toBe(100);
  expect(license).toMatchObject({ seats_used: 100, seq: journal.length });
  expect(journal.map(({ seq }) => seq)).toEqual(upTo(journal.length));
  expect(journal.filter(({ type }) => type === 'license.activated')).toHaveLength(100);
  expect(journal.filter(({ type }) => type === 'license.seat_limit_reached')).toHaveLength(1);
}, 90_000);

test('20 parallel activations of one site take one seat', async () => {
  const bought = await purchase(service, brand, { max_seats: 5 });
  const license_key = bought.license_key.key;
  const spellings = [
    'https://shop.example/',
    'http://www.shop.example',
    'SHOP.example',
    'https://shop.example:443/?utm=1#top',
  ];
  const outcomes = await Promise.all(
    upTo(20).map((n) =>
      untilAnswered(() =>
        activate(service, {
          license_key,
          product: 'wp-rocket',
          instance_identifier: spellings[n % spellings.length] ?? 'https://shop.example',
        }),
      ),
    ),
  );
  const replies = outcomes.map(({ reply }) => reply);
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(19);
  expect(new Set(replies.map(({ body }) => (body as ActivateAnswer).activation_id)).size).toBe(1);
  for (const { body } of replies) expect(body).toMatchObject({ seats_used: 1, seats_remaining: 4 });
  const { license, activations, journal } = await storedLicense(service, firstOf(bought.licenses).id);
  expect(license.seats_used).toBe(1);
  expect(activations).toHaveLength(1);
  expect(journal.map(({ type }) => type)).toEqual(['license.provisioned', 'license.activated']);
});

test('parallel activations of one site never refuse it because of the seat that it takes', async () => {
  const once = { headers: { 'Idempotency-Key': 'last-seat' } };
  for (const more of [{}, once]) {
    for (const round of upTo(5)) {
      const { license_key } = await purchase(service, brand, { max_seats: 1 });
      const site = {
        license_key: license_key.key,
        product: 'wp-rocket',
        instance_identifier: `https://shop-${round}.example`,
      };
      const outcomes = await Promise.all(upTo(8).map(() => untilAnswered(() => activate(service, site, more))));
      expect(new Set(outcomes.map(({ reply }) => reply.body['activation_id'])).size).toBe(1);
      for (const { reply } of outcomes) expect([200, 201]).toContain(reply.status);
    }
  }
});

test('20 parallel deactivations of one site free one seat', async () => {
  const bought = await purchase(service, brand, { max_seats: 5 });
  const license_key = bought.license_key.key;
  const shop = { license_key, instance_identifier: 'https://shop.example' };
  await activate(service, shop);
  await activate(service, { license_key, instance_identifier: 'https://blog.example' });
  const outcomes = await Promise.all(upTo(20).map(() => untilAnswered(() => deactivate(service, shop))));
  for (const { reply } of outcomes)
    expect(reply).toMatchObject({ status: 200, body: { status: 'deactivated', seats_used: 1, seats_remaining: 4 } });
  const { license, activations, journal } = await storedLicense(service, firstOf(bought.licenses).id);
  expect(license.seats_used).toBe(1);
  expect(seatsTaken(activations)).toBe(1);
  expect(journal.filter(({ type }) => type === 'seat.deactivated')).toHaveLength(1);
});

test('one free seat is given to exactly one of 20 parallel sites', async () => {
  const bought = await purchase(service, brand, { max_seats: 1 });
  const license_key = bought.license_key.key;
  const sites = upTo(20).map((n) => ({ license_key, instance_identifier: `https://site-${n}.example` }));
  const outcomes = await Promise.all(sites.map((site) => untilAnswered(() => activate(service, site))));
  expect(outcomes.filter(({ reply }) => reply.status === 201)).toHaveLength(1);
  expect(outcomes.filter(({ reply }) => reply.body['code'] === 'seat_limit_reached')).toHaveLength(19);
  const verdicts = await Promise.all(sites.map((site) => verdict(service, site)));
  expect(verdicts.filter(({ may_run }) => may_run)).toHaveLength(1);
});

test('parallel activations and deactivations of a few sites keep the seat and staging counters exact', async () => {
  const bought = await purchase(service, brand, { max_seats: 3, policy: { development_sites_free: true } });
  const license_key = bought.license_key.key;
  const sites = [
    'https://staging.a.example',
    'https://staging.b.example',
    'https://dev.c.example',
    'https://staging.d.example',
    'https://e.example',
  ];
  const come = async (instance_identifier: string, turn: number) => {
    for (const step of upTo(6)) {
      const send = (step + turn) % 2 === 0 ? deactivate : activate;
      await untilAnswered(() => send(service, { license_key, instance_identifier }));
    }
  };
  // Two workers for each site, out of step, so that an activation changes under a decision that is about to be written.
  await Promise.all([...sites, ...sites].map((site, i) => come(site, i < sites.length ? 1 : 0)));
  const { license, activations, journal } = await storedLicense(service, firstOf(bought.licenses).id);
  expect(license.seats_used).toBe(seatsTaken(activations));
  expect(license.staging_used).toBe(
    activations.filter(({ status, free_staging }) => status === 'active' && free_staging).length,
  );
  expect(journal.map(({ seq }) => seq)).toEqual(upTo(license.seq));
});
