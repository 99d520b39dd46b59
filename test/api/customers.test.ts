import { beforeAll, describe, expect, test } from '@jest/globals';
import type { LicenseEntry } from '../../lib/api/schemas/license.ts';
import { eraseCustomer, exportCustomer, getCustomer, updateCustomer } from '../../lib/api/customers.ts';
import type { CustomerWithLicenses } from '../../lib/api/schemas/customer.ts';
import { newId } from '../../lib/process/ids.ts';
import { openOffice, type Office } from '../support/office.ts';
import { newEmail, purchase, untilAnswered, verdict, activate } from '../support/purchases.ts';
import { startService, type Reply, type Service, type TestBrand } from '../support/service.ts';
import { upTo, wholeTable } from '../support/whole-table.ts';
import { bytesOf } from '../support/world.ts';

let service: Service;
let brand: TestBrand;
let office: Office;
beforeAll(async () => {
  service = await startService();
  brand = await service.brand();
  office = openOffice(service, brand);
});

const get = (customer_id: string, query: Record<string, string> = {}): Promise<Reply> =>
  service.call(getCustomer, { apiKey: brand.apiKey, params: { customer_id }, query });
const change = (customer_id: string, email: string): Promise<Reply> =>
  service.call(updateCustomer, { apiKey: brand.apiKey, params: { customer_id }, body: { email } });
const customerOf = async (licenseId: string): Promise<string> =>
  ((await office.get(licenseId)).body as LicenseEntry).customer_id;

async function newCustomer(): Promise<{ id: string; email: string; licenseId: string; key: string }> {
  const bought = await office.buy();
  return { id: await customerOf(bought.id), email: bought.email, licenseId: bought.id, key: bought.key };
}

describe('a customer', () => {
  test('is shown with keys and licenses, a page at a time', async () => {
    const customer_email = newEmail();
    for (const _ of upTo(5)) await purchase(service, brand, { customer_email, license_key: 'new' });
    const found = await office.found(customer_email);
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
  test('leads to the customer with keys and seats as they were, and the old one leads nowhere', async () => {
    const { id, email, licenseId, key } = await newCustomer();
    const site = { license_key: key, product: 'wp-rocket', instance_identifier: 'https://a.example' };
    await activate(service, site);
    const next = newEmail();
    expect(await change(id, next)).toMatchObject({ status: 200, body: { id, email: next } });
    expect(await office.found(next)).toEqual([licenseId]);
    expect(await office.found(email)).toEqual([]);
    expect((await verdict(service, site)).code).toBe('valid');
    expect(((await office.get(licenseId)).body as LicenseEntry).license_key).toMatchObject({
      key,
      customer_email: next,
    });
  });

  test('is where the next purchase goes, onto the key that is there', async () => {
    const { id, key } = await newCustomer();
    const next = newEmail();
    await change(id, next);
    const again = await purchase(service, brand, { customer_email: next, products: ['imagify'] });
    expect(again.license_key.key).toBe(key);
  });

  test('leaves the old one to another person, and neither sees the other', async () => {
    const first = await newCustomer();
    const next = newEmail();
    await change(first.id, next);
    const other = await purchase(service, brand, { customer_email: first.email });
    const otherLicense = other.licenses[0]?.id ?? '';
    expect(other.license_key.key).not.toBe(first.key);
    expect(await customerOf(otherLicense)).not.toBe(first.id);
    expect(await office.found(first.email)).toEqual([otherLicense]);
    expect(await office.found(next)).toEqual([first.licenseId]);
    expect(await change(first.id, first.email)).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    expect((await office.transfer(first.licenseId, { customer_email: first.email })).status).toBe(200);
    expect((await office.found(first.email)).sort()).toEqual([otherLicense, first.licenseId].sort());
  });

  test('may go forth and back, through others’ e-mails once they are free', async () => {
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
    expect(await office.found(a.email)).toEqual([a.licenseId]);
    expect(await office.found(b.email)).toEqual([b.licenseId]);
    for (const free of [x, y]) expect(await office.found(free)).toEqual([]);
    const items = await wholeTable(service);
    expect(items.filter(({ holder }) => holder !== undefined && [a.id, b.id].some((id) => id === holder))).toEqual([]);
  });

  test('is told in the customer’s own history, without the e-mail', async () => {
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

  test('with another spelling only is shown back as it was given', async () => {
    const { id, email, licenseId } = await newCustomer();
    const loud = email.toUpperCase();
    expect(await change(id, loud)).toMatchObject({ status: 200, body: { email: loud } });
    expect(await office.found(email)).toEqual([licenseId]);
  });
});

describe('at the same instant', () => {
  test('of many who want one e-mail exactly one gets it', async () => {
    const wanted = newEmail();
    const all = await Promise.all(upTo(6).map(newCustomer));
    const replies = await Promise.all(
      all.map(async ({ id }) => (await untilAnswered(() => change(id, wanted))).reply.status),
    );
    expect(replies.filter((status) => status === 200)).toHaveLength(1);
    expect(replies.filter((status) => status === 409)).toHaveLength(5);
    expect(await office.found(wanted)).toHaveLength(1);
  });

  test('a purchase under the old or the new e-mail and the change come one after the other', async () => {
    for (const _ of upTo(8)) {
      const { id, email, licenseId } = await newCustomer();
      const next = newEmail();
      const buy = (customer_email: string) => purchase(service, brand, { customer_email, products: ['imagify'] });
      const [changed, old, fresh] = await Promise.all([untilAnswered(() => change(id, next)), buy(email), buy(next)]);
      const ids = [old, fresh].map(({ licenses }) => licenses[0]?.id ?? '');
      const holders = await Promise.all(ids.map(customerOf));
      const [atOld, atNew] = [await office.found(email), await office.found(next)];
      expect([...atOld, ...atNew].sort()).toEqual([licenseId, ...ids].sort());
      if (changed.reply.status === 409) expect(holders[1]).not.toBe(id);
      else expect(holders[1]).toBe(id);
      const mine = changed.reply.status === 200 ? atNew : atOld;
      expect(mine).toContain(licenseId);
      for (const [i, holder] of holders.entries()) expect(mine.includes(ids[i] ?? '')).toBe(holder === id);
    }
  });
});

test('another brand’s customer, by id or by e-mail, is the same to the byte as one that is not there', async () => {
  const other = await service.brand();
  const theirs = await openOffice(service, other).buy();
  const { customer_id } = (await openOffice(service, other).get(theirs.id)).body as LicenseEntry;
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
