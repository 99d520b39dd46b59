import { expect, test } from '@jest/globals';
import { listApiKeys } from '../../lib/api/api-keys.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { getCustomer } from '../../lib/api/customers.ts';
import { createWebhookEndpoint, getWebhookEndpoint } from '../../lib/api/webhook-endpoints.ts';
import { useBackOffice, useBrand, useService } from '../support/service/started-service.ts';
import { overwrite, storedLicense, wholeTable, type StoredItem } from '../support/table/whole-table.ts';

const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);

/** Takes fields from stored items, as if an older version of the service had written them. */
async function dropFields(isWanted: (item: StoredItem) => boolean, ...fields: string[]): Promise<void> {
  const items = (await wholeTable(service)).filter(isWanted);
  expect(items.length).toBeGreaterThan(0);
  for (const item of items) await overwrite(service, item, Object.fromEntries(fields.map((name) => [name, undefined])));
}

test('a license, an activation and a key without the newer fields are read, activated and changed', async () => {
  const { id, keyId, site } = await backOffice.buy({ max_seats: 2, expiration_date: '2099-12-31T23:59:59Z' });
  expect((await service.call(activateLicense, { body: site('first') })).status).toBe(201);
  const before = (await backOffice.get(id)).body;
  const { item, seats } = await storedLicense(service, id);
  await dropFields(
    ({ pk, sk }) => pk === item.pk && sk === item.sk,
    ...['staging_used', 'costly_staging', 'recount_at', 'seat_set', 'vacated', 'moves'],
  );
  await dropFields(
    ({ pk, sk }) => pk === item.pk && sk === item.sk,
    ...['expiry_day', 'duration', 'starts_on_activation', 'metadata', 'external_id', 'limit_reached_on'],
  );
  await dropFields(
    ({ sk, pk }) => seats.some((seat) => seat.pk === pk && seat.sk === sk),
    ...['metadata', 'deactivated_at', 'kind', 'masked_identifier'],
  );
  await dropFields((stored) => stored['id'] === keyId && 'text_cipher' in stored, 'last_fours', 'updated_at');

  expect((await backOffice.get(id)).body).toEqual(before);
  expect(await service.call(activateLicense, { body: site('second') })).toMatchObject({
    status: 201,
    body: { seats_used: 2, seats_remaining: 0 },
  });
  expect((await backOffice.renew(id, { extend_by: 'P1Y' })).status).toBe(200);
  expect((await backOffice.change(id, { metadata: { plan: 'a' } })).body).toMatchObject({ metadata: { plan: 'a' } });
  expect((await backOffice.rotate(keyId)).status).toBe(200);
});

test('a customer, an API key, a product, a brand and an endpoint without the newer fields are read', async () => {
  const { apiKey } = brand;
  const { id } = await backOffice.buy();
  const { license } = await storedLicense(service, id);
  const url = 'https://shop.example.com/webhooks';
  const made = await service.call(createWebhookEndpoint, { apiKey, body: { url, event_types: ['license.renewed'] } });
  const params = { endpoint_id: String(made.body['id']) };
  const read = async (): Promise<unknown[]> => [
    (await service.call(getCustomer, { apiKey, params: { customer_id: license.customer_id } })).body,
    (await service.call(getWebhookEndpoint, { apiKey, params })).body,
    (await service.call(listApiKeys, { apiKey })).body,
  ];
  const before = await read();
  await dropFields(({ id: stored }) => stored === license.customer_id, 'held_by_all', 'erased_at');
  await dropFields(({ id: stored }) => stored === made.body['id'], 'description', 'products', 'stopped_at');
  await dropFields(({ sk }) => sk === 'api-key', 'allowed_cidrs', 'rate_limit_per_minute');
  await dropFields(({ id: stored }) => stored === license.product.id, 'policy');
  await dropFields(({ key_prefix, settings }) => key_prefix === brand.key_prefix && settings !== undefined, 'settings');

  expect(JSON.stringify(await read()).replaceAll(/"last_used_at":[^,}]+/g, '')).toBe(
    JSON.stringify(before).replaceAll(/"last_used_at":[^,}]+/g, ''),
  );
  await backOffice.buy({ customer_email: 'somebody@example.com' });
});
