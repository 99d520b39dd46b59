import { beforeAll, expect, test } from '@jest/globals';
import { eraseCustomer } from '../../lib/api/customers.ts';
import { createWebhookEndpoint } from '../../lib/api/webhook-endpoints.ts';
import type { Fate } from '../../lib/events/erasure-fields.ts';
import { apiKeyFields, customerFields, endpointFields, licenseKeyFields } from '../../lib/table/erasure-fields.ts';
import { purchase } from '../support/service/purchases.ts';
import { wholeTable, type StoredItem } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const EMAIL = 'gundula@example.com';
const nameOf = ({ pk, sk }: StoredItem): string => `${pk} ${sk}`;
let before: StoredItem[];
let after: Map<string, StoredItem>;
const service = useService();
const brand = useBrand(service);
beforeAll(async () => {
  const url = 'http://127.0.0.1:9/orders';
  await service.call(createWebhookEndpoint, { apiKey: brand.apiKey, body: { url, description: 'The shop' } });
  await purchase(service, brand, { customer_email: EMAIL });
  before = await wholeTable(service);
  const erased = await service.call(eraseCustomer, { apiKey: brand.apiKey, body: { email: EMAIL } });
  expect(erased).toMatchObject({ status: 200, body: { complete: true } });
  after = new Map((await wholeTable(service)).map((item) => [nameOf(item), item]));
});

/** Fields that describe the erasure itself, or the call that requested it. */
const CHANGED = new Set(['seq', 'version', 'updated_at', 'erased_at', 'erasure', 'last_used_at']);

test.each<[kind: string, sk: RegExp, fields: Record<string, Fate>]>([
  ['customer', /^person$/, customerFields],
  ['license key', /^key$/, licenseKeyFields],
  ['API key', /^api-key$/, apiKeyFields],
  ['webhook endpoint', /^endpoint#/, endpointFields],
])('an erasure keeps exactly the declared fields of a %s and overwrites the rest', (_, sk, fields) => {
  const items = before.filter((item) => sk.test(item.sk));
  expect(items).not.toEqual([]);
  for (const item of items)
    for (const [name, fate] of Object.entries(fields)) {
      if (CHANGED.has(name)) continue;
      const isKept = JSON.stringify(after.get(nameOf(item))?.[name]) === JSON.stringify(item[name]);
      expect({ name, isKept }).toEqual({ name, isKept: fate === 'keeps' });
    }
});
