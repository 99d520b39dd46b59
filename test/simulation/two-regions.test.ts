import { beforeAll, describe, expect, test } from '@jest/globals';
import { mendLicense } from '../../lib/commands/mend-license.ts';
import { fromAttributes } from '../../lib/dynamo/attributes.ts';
import type { StoredKey } from './engine/store.ts';
import { openBench, type Bench } from './tasks.ts';
import { callRoute, runIn, type ClientReply } from './world/calls.ts';
import { auditWorld } from './world/inspect.ts';
import { fence, openRegion, replicate, type Region } from './world/regions.ts';
import { TABLE } from './world/world.ts';

const [SITE_B, SITE_D, SITE_E] = ['https://b.example.com', 'https://d.example.com', 'https://e.example.com'];
let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
}, 60_000);

/** Two regions with the same table, in which a license of two seats has one left. */
function openRegions(): { first: Region; second: Region } {
  const { evaluate, furnished } = bench;
  const open = (seed: number): Region =>
    openRegion({
      evaluate,
      seed,
      faults: [],
      items: furnished.items,
      secrets: furnished.secrets,
      startMs: furnished.endMs,
    });
  return { first: open(1), second: open(2) };
}

async function ask({ world }: Region, operation: string, site: string): Promise<ClientReply> {
  const [license] = bench.furnished.things.licenses;
  const body = { license_key: license?.key, product: license?.product, instance_identifier: site };
  const answer = await runIn(world, callRoute(world, operation, { body }));
  if (answer === 'lost') throw new Error('nothing is lost here');
  return answer;
}
const activate = (region: Region, site: string): Promise<ClientReply> => ask(region, 'activate_license', site);
const mayRun = async (region: Region, site: string): Promise<unknown> =>
  (await ask(region, 'check_license_by_post', site)).body['may_run'];

/** Until each region has what the other one wrote. */
function replicateAll(first: Region, second: Region): void {
  replicate(first, second);
  replicate(second, first);
}

/** The promises that the table of a region breaks, by the names of their rules. */
const rulesBroken = async ({ world }: Region): Promise<string[]> => [
  ...new Set((await auditWorld(world)).map((broken) => broken.split(':')[0] ?? '')),
];

describe('the last seat of a license', () => {
  test('is sold twice by two regions that both write, and the counter does not know', async () => {
    const { first, second } = openRegions();
    expect([(await activate(first, SITE_B)).status, (await activate(second, SITE_D)).status]).toEqual([201, 201]);
    replicateAll(first, second);
    // Three sites run on two seats, and each region's table agrees on that.
    for (const region of [first, second])
      expect([await mayRun(region, SITE_B), await mayRun(region, SITE_D)]).toEqual([true, true]);
    expect(await rulesBroken(second)).toContain('seat-counter');
  });

  test('is sold once when the first region is fenced before the second one writes', async () => {
    const { first, second } = openRegions();
    fence(first);
    expect((await activate(first, SITE_B)).status).toBeGreaterThanOrEqual(500);
    expect((await activate(second, SITE_D)).status).toBe(201);
    replicateAll(first, second);
    expect([await mayRun(second, SITE_B), await mayRun(second, SITE_D)]).toEqual([false, true]);
    expect((await activate(second, SITE_E)).body['code']).toBe('seat_limit_reached');
    expect(await rulesBroken(second)).toEqual([]);
    // The fence lets replication through: the first region answers as the second one decided.
    expect(await mayRun(first, SITE_D)).toBe(true);
  });
});

describe('an activation of which only a part arrived before the first region went away', () => {
  const kinds = ['license', 'seat#', 'journal#'];
  const kindOf = ({ sk }: StoredKey): string => kinds.find((kind) => sk.startsWith(kind)) ?? 'other';

  /** Every set of its items that may have arrived, from none to all. */
  const parts = Array.from({ length: 2 ** kinds.length }, (_, bits) =>
    kinds.filter((_kind, i) => (bits >> i) % 2 === 1),
  );

  test.each(parts.map((part) => [part.join(', ') || 'nothing', part] as const))(
    'is mended where %s arrived: seats are counted right, and the license can be changed',
    async (_, part) => {
      const { first, second } = openRegions();
      expect((await activate(first, SITE_B)).status).toBe(201);
      replicate(first, second, (key) => part.includes(kindOf(key)));
      const { brand, anchor } = findLicense(second);
      const mend = () =>
        mendLicense(
          {
            requestId: 'mend',
            nowMs: second.world.scheduler.nowMs(),
            table: { wire: second.wire, name: TABLE, owners: [brand], signal: new AbortController().signal },
          },
          brand,
          anchor,
        );
      const became = await mend();
      expect(await mend()).toBe('whole');
      // A granted seat stays granted, and nothing is granted twice.
      const isGranted = part.includes('seat#');
      expect(await mayRun(second, SITE_B)).toBe(isGranted);
      const next = await activate(second, SITE_D);
      expect(next.status).toBe(isGranted ? 422 : 201);
      // Also the history has no gap, and says what the license is.
      expect(await rulesBroken(second)).toEqual([]);
      if (part.length === 0 || part.length === kinds.length) expect(became).toBe('whole');
    },
  );
});

function findLicense({ world }: Region): { brand: string; anchor: string } {
  const [license] = bench.furnished.things.licenses;
  const found = world.engine.store
    .items()
    .map((item) => fromAttributes(item))
    .find(({ sk, id }) => sk === 'license' && id === license?.id);
  const [brand = '', , anchor = ''] = String(found?.['pk']).split('#');
  return { brand, anchor };
}
