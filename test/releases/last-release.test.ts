import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicenseByPost } from '../../lib/api/check.ts';
import { deactivateLicense } from '../../lib/api/deactivate.ts';
import type { Route } from '../../lib/api/route.ts';
import { useBackOffice, useBrand, useService } from '../support/service/started-service.ts';
import { eventFor } from '../support/service/service.ts';
import { seatsTaken, storedLicense } from '../support/table/whole-table.ts';
import { openRecordedRelease, RECORDED } from './recorded-release.ts';

const folder = mkdtempSync(join(tmpdir(), 'license-service-last-release-'));
afterAll(() => rmSync(folder, { recursive: true }));
const release = openRecordedRelease(folder);
const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);

/** One call of a site, answered by a function of the last release. */
function callLast(route: Route, body: object): { status: number; body: unknown } {
  const name = RECORDED.find((recorded) => recorded === route.function);
  if (name === undefined) throw new Error(`${route.function} is not recorded`);
  return release.call(name, eventFor(route, { body }));
}

describe('the functions of the last release, beside those of this version', () => {
  test('check, activate and deactivate a license that this version sold', async () => {
    const { id, site } = await backOffice.buy({ max_seats: 2, metadata: { plan: 'a' } });
    expect((await service.call(activateLicense, { body: site('new') })).status).toBe(201);

    expect(callLast(checkLicenseByPost, site('new'))).toMatchObject({ status: 200, body: { may_run: true } });
    expect(callLast(activateLicense, site('old'))).toMatchObject({ status: 201, body: { seats_remaining: 0 } });
    expect(callLast(activateLicense, site('third'))).toMatchObject({ status: 422 });
    expect(callLast(deactivateLicense, site('new'))).toMatchObject({ status: 200, body: { seats_remaining: 1 } });

    const after = await storedLicense(service, id);
    expect(after.license.seats_used).toBe(1);
    expect(seatsTaken(after.activations)).toBe(1);
  });

  test('leave items that this version reads and changes, with one history of both', async () => {
    const { id, site, keyId } = await backOffice.buy({ max_seats: 3, expiration_date: '2099-12-31T23:59:59Z' });
    expect(callLast(activateLicense, site('old'))).toMatchObject({ status: 201 });
    expect((await service.call(checkLicenseByPost, { body: site('old') })).body).toMatchObject({ may_run: true });
    expect((await backOffice.renew(id, { extend_by: 'P1Y' })).status).toBe(200);
    expect((await backOffice.rotate(keyId, { overlap_hours: 24 })).status).toBe(200);
    expect(callLast(deactivateLicense, site('old'))).toMatchObject({ status: 200, body: { seats_used: 0 } });
    expect((await service.call(activateLicense, { body: site('new') })).status).toBe(201);

    const seqs = (await backOffice.history(id)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
  });

  test('refuse what this version suspended or cancelled', async () => {
    const { id, site } = await backOffice.buy();
    await service.call(activateLicense, { body: site('one') });
    await backOffice.suspend(id, { reason: 'a test' });
    expect(callLast(checkLicenseByPost, site('one'))).toMatchObject({ status: 200, body: { may_run: false } });
    expect(callLast(activateLicense, site('two')).status).toBe(422);
    await backOffice.cancel(id, { reason: 'a test' });
    expect(callLast(checkLicenseByPost, site('one'))).toMatchObject({ status: 200, body: { may_run: false } });
  });
});
