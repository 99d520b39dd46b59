import { expect, test } from '@jest/globals';
import { activate, deactivate, firstOf, purchase, verdict, type Site } from '../support/service/purchases.ts';
import { seatsTaken, storedLicense, upTo } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { fc } from '../support/run/properties.ts';

const service = useService();
const brand = useBrand(service);

const SITES = ['https://a.example', 'http://www.b.example/', 'c.example/blog', 'https://d.example:8443'];

/** The invariants of one license, in their simplest form. */
class Model {
  readonly active = new Set<string>();
  readonly ever = new Set<string>();
  readonly ids = new Map<string, unknown>();
  readonly limit: number | null;
  constructor(limit: number | null) {
    this.limit = limit;
  }
  get counts() {
    const seats_used = this.active.size;
    return { seats_used, seats_remaining: this.limit === null ? null : this.limit - seats_used };
  }
}

type Real = { license_key: string };
type Step = fc.AsyncCommand<Model, Real>;

const at = ({ license_key }: Real, instance_identifier: string): Site => ({
  license_key,
  product: 'wp-rocket',
  instance_identifier,
});

const activation = (site: string): Step => ({
  check: () => true,
  toString: () => `activate ${site}`,
  async run(model, real) {
    const reply = await activate(service, at(real, site));
    const wasActive = model.active.has(site);
    if (!wasActive && model.active.size === model.limit) {
      expect(reply).toMatchObject({
        status: 422,
        body: { code: 'seat_limit_reached', seat_limit: model.limit, seats_used: model.limit },
      });
      return;
    }
    model.active.add(site);
    model.ever.add(site);
    expect(reply).toMatchObject({ status: wasActive ? 200 : 201, body: { status: 'active', ...model.counts } });
    // A returning site gets its previous id; no two sites share one.
    if (!model.ids.has(site)) model.ids.set(site, reply.body['activation_id']);
    expect(reply.body['activation_id']).toBe(model.ids.get(site));
    expect(new Set(model.ids.values()).size).toBe(model.ids.size);
  },
});

const deactivation = (site: string): Step => ({
  check: () => true,
  toString: () => `deactivate ${site}`,
  async run(model, real) {
    const reply = await deactivate(service, at(real, site));
    model.active.delete(site);
    if (model.ever.has(site))
      expect(reply).toMatchObject({ status: 200, body: { status: 'deactivated', ...model.counts } });
    else expect(reply).toMatchObject({ status: 404, body: { code: 'activation_not_found' } });
  },
});

const checking = (site: string): Step => ({
  check: () => true,
  toString: () => `check ${site}`,
  async run(model, real) {
    const isActive = model.active.has(site);
    const answer = await verdict(service, at(real, site));
    const announced = {
      may_run: isActive,
      is_activated: isActive,
      is_valid: true,
      code: isActive ? 'valid' : 'not_activated',
    };
    expect(answer).toMatchObject({ ...announced, license: { seat_limit: model.limit, ...model.counts } });
    if (isActive) expect(answer.activation).toMatchObject({ id: model.ids.get(site) });
    else expect(answer.activation).toBeNull();
  },
});

/** Parallel activations: whatever their order, the counts afterwards match the model. */
const rush = (sites: string[]): Step => ({
  check: (model) => model.limit === null || new Set([...model.active, ...sites]).size <= model.limit,
  toString: () => `activate ${sites.join(' and ')} at once`,
  async run(model, real) {
    const replies = await Promise.all(sites.map((site) => activate(service, at(real, site))));
    for (const [i, site] of sites.entries()) {
      expect([200, 201]).toContain(replies[i]?.status);
      model.active.add(site);
      model.ever.add(site);
      if (!model.ids.has(site)) model.ids.set(site, replies[i]?.body['activation_id']);
    }
    expect((await verdict(service, at(real, firstOf(sites)))).license).toMatchObject(model.counts);
  },
});

test('random activations, deactivations and checks match a simple model of the seats', async () => {
  const site = fc.constantFrom(...SITES);
  const commands = fc.commands(
    [site.map(activation), site.map(deactivation), site.map(checking), fc.subarray(SITES, { minLength: 2 }).map(rush)],
    {
      maxCommands: 14,
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(1, 2, 3, null), commands, async (limit, steps) => {
      const bought = await purchase(service, brand, { max_seats: limit });
      const model = new Model(limit);
      await fc.asyncModelRun(() => ({ model, real: { license_key: bought.license_key.key } }), steps);
      const { license, activations, journal } = await storedLicense(service, firstOf(bought.licenses).id);
      expect(license.seats_used).toBe(model.active.size);
      expect(seatsTaken(activations)).toBe(model.active.size);
      expect(journal.map(({ seq }) => seq)).toEqual(upTo(license.seq));
    }),
    { numRuns: 30, endOnFailure: true },
  );
});
