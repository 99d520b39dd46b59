import { expect, test } from '@jest/globals';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { getLicense, provisionLicenses, updateLicense } from '../../lib/api/licenses.ts';
import { getLicenseKey, rotateLicenseKey } from '../../lib/api/license-keys.ts';
import { transferLicense } from '../../lib/api/license-lifecycle.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);

async function bought(customer_email: string) {
  const { apiKey } = brand;
  const { body } = await service.call(provisionLicenses, {
    apiKey,
    body: { customer_email, products: ['wp-rocket'], max_seats: 3 },
  });
  const { id: keyId, key } = body['license_key'] as { id: string; key: string };
  const [license] = body['licenses'] as { id: string }[];
  const site = { license_key: key, product: 'wp-rocket', instance_identifier: 'https://a.example' };
  await service.call(activateLicense, { body: site });
  return { keyId, key, id: license?.id ?? '', site };
}

test('a rotated license key keeps its seats, and its old text works only during the overlap', async () => {
  const { apiKey } = brand;
  const { keyId, site } = await bought('rotate@example.com');
  const rotated = await service.call(rotateLicenseKey, {
    apiKey,
    params: { license_key_id: keyId },
    body: { overlap_hours: 1 },
  });
  expect(rotated.status).toBe(200);
  const next = { ...site, license_key: String(rotated.body['key']) };
  expect((await service.call(checkLicense, { query: site })).body['code']).toBe('valid');
  expect((await service.call(checkLicense, { query: next })).body['code']).toBe('valid');
  const again = await service.call(rotateLicenseKey, { apiKey, params: { license_key_id: keyId }, body: {} });
  expect((await service.call(checkLicense, { query: next })).body['code']).toBe('license_key_replaced');
  expect(
    (await service.call(checkLicense, { query: { ...site, license_key: String(again.body['key']) } })).body['code'],
  ).toBe('valid');
});

test('a transferred license leaves its old key and starts without seats in use', async () => {
  const { apiKey } = brand;
  const { id, site } = await bought('seller@example.com');
  const moved = await service.call(transferLicense, {
    apiKey,
    params: { license_id: id },
    body: { customer_email: 'buyer@example.com' },
  });
  expect(moved).toMatchObject({
    status: 200,
    body: { seats_used: 0, license_key: { customer_email: 'buyer@example.com' } },
  });
  const { key, id: keyId } = moved.body['license_key'] as { key: string; id: string };
  expect((await service.call(checkLicense, { query: site })).body['code']).toBe('product_not_on_key');
  const next = { ...site, license_key: key };
  expect((await service.call(checkLicense, { query: next })).body['code']).toBe('not_activated');
  expect((await service.call(activateLicense, { body: next })).status).toBe(201);
  expect((await service.call(checkLicense, { query: next })).body['code']).toBe('valid');
  expect(
    (await service.call(getLicenseKey, { apiKey, params: { license_key_id: keyId } })).body['licenses'],
  ).toMatchObject([{ id }]);
  const again = await bought('seller@example.com');
  expect((await service.call(checkLicense, { query: again.site })).body['code']).toBe('valid');
});

test('a license changed to another product keeps its seats, and its old product can be bought again', async () => {
  const { apiKey } = brand;
  const { id, site } = await bought('upgrade@example.com');
  const changed = await service.call(updateLicense, {
    apiKey,
    params: { license_id: id },
    body: { product: 'imagify', max_seats: 9 },
  });
  expect(changed).toMatchObject({ status: 200, body: { product: { slug: 'imagify' }, seat_limit: 9, seats_used: 1 } });
  expect((await service.call(checkLicense, { query: site })).body['code']).toBe('product_not_on_key');
  expect((await service.call(checkLicense, { query: { ...site, product: 'imagify' } })).body['code']).toBe('valid');
  const again = await bought('upgrade@example.com');
  expect(again.key).toBe(site.license_key);
  expect((await service.call(checkLicense, { query: again.site })).body['code']).toBe('valid');
  const stale = await service.call(updateLicense, {
    apiKey,
    params: { license_id: id },
    body: { max_seats: 1 },
    headers: { 'if-match': '"1"' },
  });
  expect(stale.status).toBe(412);
  const etag = (await service.call(getLicense, { apiKey, params: { license_id: id } })).headers['etag'];
  expect(
    (
      await service.call(updateLicense, {
        apiKey,
        params: { license_id: id },
        body: { max_seats: 1 },
        headers: { 'if-match': etag },
      })
    ).status,
  ).toBe(200);
});
