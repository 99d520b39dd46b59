import { activateLicense } from '../lib/api/activate.ts';
import { checkLicense } from '../lib/api/check.ts';
import { listSeats } from '../lib/api/list-seats.ts';
import { moveLicense } from '../lib/api/move.ts';
import { sleep } from '../lib/process/timers.ts';
import type { Count } from './count.ts';
import { atMost, type Row } from './rows.ts';
import type { BenchService, Body, Shop } from './service.ts';

/** A license that changed within two seconds is read again before a refusal. */
const SETTLED_MS = 3_000;

/** Measures what a person does with the seats of a license that has no free one. */
export async function ofSeats(
  group: string,
  service: BenchService,
  shop: Shop,
  product: string,
  count: Count,
): Promise<Row[]> {
  const { licenseKey: license_key } = await service.buy(shop, {
    products: [product],
    license_key: 'new',
    max_seats: 1,
    policy: { swap_after_days: 0 },
  });
  const site = (name: string): Body => ({ license_key, product, instance_identifier: `https://${name}.example.com` });
  const activation_id = await activationOn(service, site('one'));
  await sleep(SETTLED_MS);
  const rows = [
    atMost(group, 'activate, refused: no free seat', 3, await count(activateLicense, { body: site('two') }, [422])),
    atMost(group, 'list seats', 2, await count(listSeats, { query: { license_key, product } })),
    atMost(group, 'check by a copy', 2, await count(checkLicense, { query: { ...site('two'), activation_id } })),
    atMost(
      group,
      'activate, a swap by id',
      3,
      await count(activateLicense, { body: { ...site('two'), replace: activation_id } }, [201]),
    ),
    atMost(group, 'activate, a swap of an idle seat', 3, await swapIdle(count, { ...site('three'), replace: 'idle' })),
    atMost(
      group,
      'move by instance',
      3,
      await count(moveLicense, { body: { ...site('four'), from_instance: 'https://three.example.com' } }, [201]),
    ),
  ];
  return rows;
}

async function swapIdle(count: Count, body: Body): Promise<number> {
  await sleep(SETTLED_MS);
  return count(activateLicense, { body }, [201]);
}

async function activationOn(service: BenchService, body: Body): Promise<string> {
  const reply = await service.call(activateLicense, { body }, [201]);
  return (reply.body as { activation_id: string }).activation_id;
}
