import { expect, test } from '@jest/globals';
import { handler as sweepDue } from '../../functions/sweep-due.ts';
import { moveTo } from '../../lib/process/clock.ts';
import { renewLicense } from '../../lib/api/license-lifecycle.ts';
import { firstOf, purchase } from '../support/service/purchases.ts';
import { byOperation } from '../support/service/service.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

const context = { awsRequestId: 'sweep', getRemainingTimeInMillis: () => 30_000.5 };
const service = useService();
const brand = useBrand(service);

/** The sweep's events in the license's history, oldest first. */
async function toldOf(license_id: string): Promise<unknown[]> {
  const { body } = await service.call(byOperation('list_license_events'), {
    apiKey: brand.apiKey,
    params: { license_id },
  });
  const events = body['events'] as {
    type: string;
    actor: { id: string };
    after: { lead_days?: number };
    seq: number;
  }[];
  return events
    .filter(({ actor }) => actor.id === 'sweep-due')
    .map(({ type, after, seq }) => [seq, type, after.lead_days])
    .reverse();
}

test('a license that expires, is renewed and expires again gets each announcement once per expiry', async () => {
  const started = Date.now();
  const bought = await purchase(service, brand, { duration: 'P40D' });
  const { id } = firstOf(bought.licenses);
  const sweepOn = async (days: number) => {
    moveTo(started + days * DAY_MS + 5_000);
    await sweepDue({}, context);
    return sweepDue({}, context);
  };
  expect(await sweepOn(0)).toEqual({ visited: 0, expired: 0, announced: 0, left: 0, finished: true });
  moveTo(started + 10 * DAY_MS);
  const hasty = await sweepDue({}, { ...context, getRemainingTimeInMillis: () => 5_000 });
  expect(hasty).toMatchObject({ announced: 0, finished: false });
  for (const days of [10, 33, 39, 40]) await sweepOn(days);
  const first = [
    [2, 'license.expiring', 30],
    [3, 'license.expiring', 7],
    [4, 'license.expiring', 1],
    [5, 'license.expired', undefined],
  ];
  expect(await toldOf(id)).toEqual(first);
  expect(
    (await service.call(renewLicense, { apiKey: brand.apiKey, params: { license_id: id }, body: { extend_by: 'P2D' } }))
      .status,
  ).toBe(200);
  for (const days of [40, 41, 42, 43]) await sweepOn(days);
  expect(await toldOf(id)).toEqual([...first, [7, 'license.expiring', 1], [8, 'license.expired', undefined]]);
});
