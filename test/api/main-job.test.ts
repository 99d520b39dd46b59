import { expect, test } from '@jest/globals';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { deactivateLicense } from '../../lib/api/deactivate.ts';
import { getLicense, listLicenses, provisionLicenses } from '../../lib/api/licenses.ts';
import { listActivations } from '../../lib/api/activations.ts';
import { listLicenseEvents } from '../../lib/api/events.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);

test('a license can be provisioned, activated, checked, listed and deactivated', async () => {
  const { apiKey } = brand;
  const provisioned = await service.call(provisionLicenses, {
    apiKey,
    body: { customer_email: 'Ann@Example.com', products: ['wp-rocket'], max_seats: 2, expiration_date: '2099-12-31' },
  });
  expect(provisioned).toMatchObject({ status: 201, body: { license_key: { customer_email: 'Ann@Example.com' } } });
  const key = (provisioned.body['license_key'] as { key: string }).key;
  const license = (provisioned.body['licenses'] as { id: string }[])[0];
  const site = { license_key: key, product: 'wp-rocket', instance_identifier: 'https://www.example.com/' };

  expect(await service.call(checkLicense, { query: site })).toMatchObject({
    status: 200,
    body: { code: 'not_activated', may_run: false, is_valid: true },
  });
  expect(await service.call(activateLicense, { body: site })).toMatchObject({
    status: 201,
    body: { status: 'active', seats_used: 1, seats_remaining: 1 },
  });
  const again = await service.call(activateLicense, { body: { ...site, instance_identifier: 'http://example.com' } });
  expect(again).toMatchObject({ status: 200, body: { seats_used: 1 } });
  expect(await service.call(checkLicense, { query: site })).toMatchObject({
    status: 200,
    body: { code: 'valid', may_run: true, license: { seats_used: 1 } },
  });

  const list = await service.call(listLicenses, { apiKey, query: { email: 'ann@example.com' } });
  expect(list).toMatchObject({
    status: 200,
    body: { licenses: [{ id: license?.id, seats_used: 1, license_key: { key } }], next_cursor: null },
  });
  const params = { license_id: license?.id ?? '' };
  expect(await service.call(getLicense, { apiKey, params })).toMatchObject({
    status: 200,
    body: { id: license?.id, status: 'valid', expires_at: '2099-12-31T23:59:59Z' },
  });
  expect(await service.call(listActivations, { apiKey, params })).toMatchObject({
    status: 200,
    body: { activations: [{ instance_identifier: 'https://www.example.com/' }] },
  });
  expect(await service.call(deactivateLicense, { body: site })).toMatchObject({
    status: 200,
    body: { status: 'deactivated', seats_used: 0 },
  });
  const events = await service.call(listLicenseEvents, { apiKey, params });
  expect((events.body['events'] as { type: string; seq: number }[]).map(({ type, seq }) => [seq, type])).toEqual([
    [3, 'seat.deactivated'],
    [2, 'license.activated'],
    [1, 'license.provisioned'],
  ]);
});
