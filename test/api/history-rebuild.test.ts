import { beforeAll, expect, test } from '@jest/globals';
import type { LicenseFields } from '../../lib/events/catalog.ts';
import { licenseAfter } from '../../lib/events/license-history.ts';
import { pickLicenseFields, parseLicenseItem } from '../../lib/table/licenses.ts';
import { inMs, moveClock, stopClock } from '../support/run/clock.ts';
import { openBackOffice, type Bought, type BackOffice } from '../support/service/back-office.ts';
import { activate, deactivate, newEmail, purchase } from '../support/service/purchases.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import { journalIn, upTo, wholeTable } from '../support/table/whole-table.ts';
import { MINUTE_MS, DAY_MS } from '../../lib/domain/time.ts';
import { fc } from '../support/run/properties.ts';

const PRODUCTS = ['basic', 'pro', 'addon'];

let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
beforeAll(async () => {
  stopClock('2026-05-01T10:00:00Z');
  service = await startService();
  const policy = { duration: 'P1M', expiry_basis: 'first_activation', grace_days: 5, development_sites_free: true };
  brand = await service.brand({ products: { basic: { policy }, pro: {}, addon: {} } });
  backOffice = openBackOffice(service, brand);
});

type Step = { act: keyof typeof STEPS; n: number; whose: number };

/** The possible changes of a license. A refused one changes nothing. */
const STEPS = {
  activate: async ({ id, site }: Bought, n: number) => {
    const { body } = await backOffice.get(id);
    const { key } = body['license_key'] as { key: string };
    const { slug } = body['product'] as { slug: string };
    return activate(service, { ...site(n % 3 === 0 ? 'staging' : `s${n}`), license_key: key, product: slug });
  },
  deactivate: ({ site }: Bought, n: number) => deactivate(service, site(`s${n}`)),
  renew: ({ id }: Bought, n: number) =>
    backOffice.renew(id, n % 2 === 0 ? { extend_by: 'P1M' } : { expiration_date: inMs(n * DAY_MS) }),
  suspend: ({ id }: Bought) => backOffice.suspend(id),
  resume: ({ id }: Bought) => backOffice.resume(id),
  cancel: ({ id }: Bought, n: number) => (n === 0 ? backOffice.cancel(id) : backOffice.get(id)),
  change: ({ id }: Bought, n: number) =>
    backOffice.change(id, { max_seats: n + 1, metadata: { n: String(n) }, policy: { grace_days: n } }),
  product: ({ id }: Bought, n: number) => backOffice.change(id, { product: PRODUCTS[n % 3] }),
  transfer: ({ id }: Bought, n: number) =>
    backOffice.transfer(id, { customer_email: newEmail(), keep_activations: n % 2 === 0 }),
  again: ({ email }: Bought, n: number) =>
    purchase(service, brand, {
      customer_email: email,
      products: [PRODUCTS[n % 3]],
      if_held: n % 2 === 0 ? 'renew' : 'new_key',
    }).catch(() => undefined),
  // Simulates a machine whose clock is behind or ahead.
  time: async (_: Bought, n: number) => {
    moveClock((n - 4) * MINUTE_MS);
    await Promise.resolve();
  },
  days: async (_: Bought, n: number) => {
    moveClock(n * DAY_MS);
    await Promise.resolve();
  },
};

const step = fc.record<Step>({
  act: fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[])),
  n: fc.integer({ min: 0, max: 8 }),
  whose: fc.integer({ min: 0, max: 3 }),
});

test('every license can be rebuilt from its journal alone, after any changes and with any clock', async () => {
  for (const [life] of fc.sample(fc.tuple(fc.array(step, { minLength: 60, maxLength: 60 })), {
    numRuns: 2,
    seed: 20_261_123,
  })) {
    const licenses = await Promise.all(
      upTo(4).map((n) => backOffice.buy({ products: [PRODUCTS[n % 3]], max_seats: 3, metadata: { first: 'yes' } })),
    );
    // Two steps run at a time, and some of them change the same license.
    for (let i = 0; i < life.length; i += 2) {
      await Promise.all(life.slice(i, i + 2).map(({ act, n, whose }) => STEPS[act](licenses[whose] ?? fail(), n)));
    }
  }
  const items = await wholeTable(service);
  const stored = items.filter(({ sk }) => sk === 'license').map(parseLicenseItem);
  const journal = journalIn(items);
  expect(stored.length).toBeGreaterThan(8);
  expect(new Set(journal.map(({ type }) => type)).size).toBeGreaterThan(9);
  for (const license of stored) {
    const story = journal.filter(({ entity }) => entity.id === license.id);
    expect(story.map(({ seq }) => seq)).toEqual(upTo(license.seq));
    let announced: LicenseFields | undefined;
    let time = '';
    for (const entry of story) {
      expect(entry.occurred_at >= time).toBe(true);
      time = entry.occurred_at;
      announced = licenseAfter(announced, entry);
    }
    expect(announced).toEqual(pickLicenseFields(license));
    expect(time).toBe(license.updated_at);
  }
}, 60_000);

function fail(): never {
  throw new Error('there is no such license');
}

test('the times of a history never go back, even if the clock does, by minutes or days', async () => {
  const { id, site } = await backOffice.buy({ products: ['basic'], max_seats: 9 });
  for (const [n, ms] of [120_000, -120_000, -120_000, 240_000, -3 * DAY_MS, DAY_MS].entries()) {
    moveClock(ms);
    await activate(service, site(`s${n}`));
    await backOffice.change(id, { metadata: { n: String(n) } });
  }
  const history = await backOffice.history(id);
  const times = history.map(({ occurred_at }) => occurred_at);
  expect(history.map(({ seq }) => seq)).toEqual(upTo(13));
  expect(times).toEqual(times.toSorted());
  expect((await backOffice.get(id)).body['updated_at']).toBe(times.at(-1));
  expect((await backOffice.get(id, { at: times.at(-1) ?? '' })).body).toMatchObject({
    metadata: { n: '5' },
    seats_used: 6,
  });
});
