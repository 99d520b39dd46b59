import { describe, expect, test } from '@jest/globals';
import type { LicenseEntry } from '../../lib/api/schemas/license.ts';
import { eraseCustomer, exportCustomer, getCustomer, updateCustomer } from '../../lib/api/customers.ts';
import type { CustomerWithLicenses } from '../../lib/api/schemas/customer.ts';
import { newId } from '../../lib/process/ids.ts';
import { openBackOffice } from '../support/service/back-office.ts';
import { newEmail, purchase, untilAnswered, verdict, activate } from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { upTo, wholeTable } from '../support/table/whole-table.ts';
import { bytesOf } from '../support/service/world.ts';
import { useBrand, useBackOffice, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);

const get = (customer_id: string, query: Record<string, string> = {}): Promise<Reply> =>
  service.call(getCustomer, { apiKey: brand.apiKey, params: { customer_id }, query });
const change = (customer_id: string, email: string): Promise<Reply> =>
  service.call(updateCustomer, { apiKey: brand.apiKey, params: { customer_id }, body: { email } });
const customerOf = async (licenseId: string): Promise<string> =>
  ((await backOffice.get(licenseId)).body as LicenseEntry).customer_id;

async function newCustomer(): Promise<{ id: string; email: string; licenseId: string; key: string }> {
  const bought = await backOffice.buy();
  return { id: await customerOf(bought.id), email: bought.email, licenseId: bought.id, key: bought.key };
}

describe('a customer', () => {
  test('is shown with license keys and licenses, in pages', async () => {
    const customer_email = newEmail();
    for (const _ of upTo(5)) await purchase(service, brand, { customer_email, license_key: 'new' });
    const found = await backOffice.found(customer_email);
    const id = await customerOf(found[0] ?? '');
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: CustomerWithLicenses = (await get(id, { limit: '2', ...(cursor === null ? {} : { cursor }) }))
        .body as CustomerWithLicenses;
      expect(page).toMatchObject({ id, email: customer_email, erased_at: null });
      expect(page.license_keys).toHaveLength(page.licenses.length);
      seen.push(...page.licenses.map((license) => license.id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(found);
  });
});

describe('a changed e-mail', () => {
  test('finds the customer with keys and seats unchanged, and the old e-mail finds nothing', async () => {
    const { id, email, licenseId, key } = await newCustomer();
    const site = { license_key: key, product: 'wp-rocket', instance_identifier: 'https://a.example' };
    await activate(service, site);
    const next = newEmail();
    expect(await change(id, next)).toMatchObject({ status: 200, body: { id, email: next } });
    expect(await backOffice.found(next)).toEqual([licenseId]);
    expect(await backOffice.found(email)).toEqual([]);
    expect((await verdict(service, site)).code).toBe('valid');
    expect(((await backOffice.get(licenseId)).body as LicenseEntry).license_key).toMatchObject({
      key,
      customer_email: next,
    });
  });

  test('leads the next purchase to the existing key', async () => {
    const { id, key } = await newCustomer();
    const next = newEmail();
    await change(id, next);
    const again = await purchase(service, brand, { customer_email: next, products: ['imagify'] });
    expect(again.license_key.key).toBe(key);
  });

  test('frees the old e-mail for another customer, and keeps the two customers apart', async () => {
    const first = await newCustomer();
    const next = newEmail();
    await change(first.id, next);
    const other = await purchase(service, brand, { customer_email: first.email });
    const otherLicense = other.licenses[0]?.id ?? '';
    expect(other.license_key.key).not.toBe(first.key);
    expect(await customerOf(otherLicense)).not.toBe(first.id);
    expect(await backOffice.found(first.email)).toEqual([otherLicense]);
    expect(await backOffice.found(next)).toEqual([first.licenseId]);
    expect(await change(first.id, first.email)).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    expect((await backOffice.transfer(first.licenseId, { customer_email: first.email })).status).toBe(200);
    expect((await backOffice.found(first.email)).sort()).toEqual([otherLicense, first.licenseId].sort());
  });

  test('can be changed back, and to an e-mail that another customer gave up', async () => {
    const [a, b] = [await newCustomer(), await newCustomer()];
    const [x, y] = [newEmail(), newEmail()];
    for (const [id, email] of [
      [a.id, x],
      [b.id, a.email],
      [a.id, b.email],
      [b.id, y],
      [a.id, a.email],
      [b.id, b.email],
    ] as const) {
      expect(await change(id, email)).toMatchObject({ status: 200, body: { email } });
    }
    expect(await backOffice.found(a.email)).toEqual([a.licenseId]);
    expect(await backOffice.found(b.email)).toEqual([b.licenseId]);
    for (const free of [x, y]) expect(await backOffice.found(free)).toEqual([]);
    const items = await wholeTable(service);
    expect(items.filter(({ holder }) => holder !== undefined && [a.id, b.id].some((id) => id === holder))).toEqual([]);
  });

  test('is journaled in the customer’s history without the e-mail', async () => {
    const { id } = await newCustomer();
    const [x, y] = [newEmail(), newEmail()];
    await change(id, x);
    await change(id, x);
    await change(id, y);
    const entries = (await wholeTable(service)).filter(
      ({ sk, pk }) => sk.startsWith('journal#') && pk.endsWith(`#id#${id}`),
    );
    expect(entries.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'customer.updated'],
      [2, 'customer.updated'],
    ]);
    for (const email of [x, y]) expect(JSON.stringify(entries)).not.toContain(email);
  });

  test('that differs only in case is shown as given', async () => {
    const { id, email, licenseId } = await newCustomer();
    const loud = email.toUpperCase();
    expect(await change(id, loud)).toMatchObject({ status: 200, body: { email: loud } });
    expect(await backOffice.found(email)).toEqual([licenseId]);
  });
});

describe('parallel changes of an e-mail', () => {
  test('give one e-mail to exactly one of many customers', async () => {
    const wanted = newEmail();
    const all = await Promise.all(upTo(6).map(newCustomer));
    const replies = await Promise.all(
      all.map(async ({ id }) => (await untilAnswered(() => change(id, wanted))).reply.status),
    );
    expect(replies.filter((status) => status === 200)).toHaveLength(1);
    expect(replies.filter((status) => status === 409)).toHaveLength(5);
    expect(await backOffice.found(wanted)).toHaveLength(1);
  });

  test('are serialized with purchases under the old and the new e-mail', async () => {
    for (const _ of upTo(8)) {
      const { id, email, licenseId } = await newCustomer();
      const next = newEmail();
      const buy = (customer_email: string) => purchase(service, brand, { customer_email, products: ['imagify'] });
      const [changed, old, fresh] = await Promise.all([untilAnswered(() => change(id, next)), buy(email), buy(next)]);
      const ids = [old, fresh].map(({ licenses }) => licenses[0]?.id ?? '');
      const holders = await Promise.all(ids.map(customerOf));
      const [atOld, atNew] = [await backOffice.found(email), await backOffice.found(next)];
      expect([...atOld, ...atNew].sort()).toEqual([licenseId, ...ids].sort());
      if (changed.reply.status === 409) expect(holders[1]).not.toBe(id);
      else expect(holders[1]).toBe(id);
      const mine = changed.reply.status === 200 ? atNew : atOld;
      expect(mine).toContain(licenseId);
      for (const [i, holder] of holders.entries()) expect(mine.includes(ids[i] ?? '')).toBe(holder === id);
    }
  });
});

test('another brand’s customer gets byte for byte the answer of an unknown one, by id and by e-mail', async () => {
  const other = await service.brand();
  const theirs = await openBackOffice(service, other).buy();
  const { customer_id } = (await openBackOffice(service, other).get(theirs.id)).body as LicenseEntry;
  const { apiKey } = brand;
  for (const route of [getCustomer, updateCustomer]) {
    const ask = async (id: string): Promise<string> =>
      bytesOf(
        await service.call(route, {
          apiKey,
          params: { customer_id: id },
          ...(route.method === 'PATCH' ? { body: { email: newEmail() } } : {}),
        }),
      );
    expect(await ask(customer_id)).toBe(await ask(newId(1)));
  }
  const byEmail = async (email: string): Promise<string[]> => [
    bytesOf(await service.call(eraseCustomer, { apiKey, body: { email } })),
    bytesOf(await service.call(exportCustomer, { apiKey, query: { email } })),
  ];
  const missing = await byEmail(newEmail());
  expect(missing.every((bytes) => bytes.startsWith('404 '))).toBe(true);
  expect(await byEmail(theirs.email)).toEqual(missing);
});

test('an export shows the fields of each event in the order of its schema', async () => {
  const email = newEmail();
  await purchase(service, brand, { customer_email: email });
  const { body } = await service.call(exportCustomer, { apiKey: brand.apiKey, query: { email } });
  const made = (body['events'] as { type: string; after: object }[]).find(({ type }) => type === 'license_key.created');
  expect(Object.keys(made?.after ?? {})).toEqual(['id', 'customer_id']);
});
