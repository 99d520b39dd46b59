import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { LicenseEntry } from '../../lib/api/schemas/license.ts';
import { eraseCustomer, exportCustomer } from '../../lib/api/customers.ts';
import type { CustomerExport } from '../../lib/api/schemas/customer.ts';
import { openVault } from '../../lib/process/vault.ts';
import { atOnce, type Bought } from '../support/service/back-office.ts';
import {
  activate,
  deactivate,
  newEmail,
  purchase,
  requestPurchase,
  untilAnswered,
  verdict,
} from '../support/service/purchases.ts';
import { readableTexts } from '../support/table/readable-texts.ts';
import type { Reply } from '../support/service/service.ts';
import { journalIn, storedLicense, upTo, wholeTable, type StoredItem } from '../support/table/whole-table.ts';
import { useBrand, useBackOffice, useService } from '../support/service/started-service.ts';

let vault: ReturnType<typeof openVault>;
const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);
beforeAll(() => {
  vault = openVault(readFileSync(String(process.env['DATA_KEY_FILE'])));
});

const erase = (email: string, headers: Record<string, string> = {}): Promise<Reply> =>
  service.call(eraseCustomer, { apiKey: brand.apiKey, body: { email }, headers });
/** Repeats the call while the service answers that one call is not enough, as on a busy machine. */
async function eraseWhole(email: string): Promise<Reply> {
  const reply = await erase(email);
  return reply.body['complete'] === false ? eraseWhole(email) : reply;
}
const customerOf = async (licenseId: string): Promise<string> =>
  ((await backOffice.get(licenseId)).body as LicenseEntry).customer_id;

const textsIn = (items: readonly StoredItem[]): string => readableTexts(vault, items);

/** A person who used the service in every way, with a unique word in every free text. */
async function person(word: string): Promise<{ email: string; bought: Bought; id: string }> {
  const email = `${word}@example.com`;
  const under = { 'Idempotency-Key': `order-${word}` };
  const body = {
    customer_email: email,
    products: ['wp-rocket'],
    max_seats: 5,
    metadata: { [`name-${word}`]: `value-${word}` },
  };
  const reply = await requestPurchase(service, brand, body, under);
  const { license_key, licenses } = reply.body as {
    license_key: { id: string; key: string };
    licenses: { id: string }[];
  };
  const site = (name: string) => ({
    license_key: license_key.key,
    product: 'wp-rocket',
    instance_identifier: `https://${name}.example.com`,
  });
  const bought: Bought = { id: licenses[0]?.id ?? '', keyId: license_key.id, key: license_key.key, email, site };
  for (const name of [`one-${word}`, `two-${word}`])
    await activate(service, site(name), { body: { metadata: { about: word } }, headers: { 'Idempotency-Key': name } });
  await deactivate(service, site(`two-${word}`));
  await backOffice.suspend(bought.id, { reason: `because ${word}` }, { 'Idempotency-Key': `suspend-${word}` });
  await backOffice.suspend(bought.id, { reason: `again ${word}` }, { 'Idempotency-Key': `no-change-${word}` });
  await activate(service, site(`refused-${word}`));
  await backOffice.resume(bought.id);
  await backOffice.change(bought.id, { metadata: { [`name-${word}`]: null, other: word } });
  await backOffice.rotate(
    bought.keyId,
    { overlap_hours: 24, reason: `lost by ${word}` },
    { 'Idempotency-Key': `rotate-${word}` },
  );
  return { email, bought, id: await customerOf(bought.id) };
}

describe('an erased person', () => {
  test('leaves no text in the table, plain or encrypted, and is not found by e-mail', async () => {
    const { email, bought, id } = await person('zebedee');
    expect(textsIn(await wholeTable(service))).toContain('zebedee');
    const reply = await erase(email);
    expect(reply).toMatchObject({
      status: 200,
      body: { id, complete: true, overwritten: { licenses: 1, activations: 2 } },
    });
    const items = await wholeTable(service);
    expect(textsIn(items)).not.toContain('zebedee');
    const hash = vault.keyedHash(email, 'email');
    const named = items
      .filter(({ sk }) => sk === 'person')
      .filter(({ holder, email_hash }) => holder === hash || email_hash === hash);
    expect(named).toEqual([]);
    expect(items.filter(({ unfinished }) => unfinished !== undefined)).toEqual([]);
    expect(await backOffice.found(email)).toEqual([]);
    expect(await erase(email)).toMatchObject({ status: 404, body: { code: 'customer_not_found' } });
    expect(((await backOffice.get(bought.id)).body as LicenseEntry).license_key.customer_email).toBe(
      `erased-${id.slice(-12)}@erased.invalid`,
    );
  });

  test('leaves licenses, seats and keys that still work, and histories without gaps', async () => {
    const { email, bought } = await person('yolanda');
    await erase(email);
    expect((await verdict(service, bought.site('one-yolanda'))).code).toBe('valid');
    expect((await activate(service, bought.site('one-yolanda'))).status).toBe(200);
    expect(await deactivate(service, bought.site('one-yolanda'))).toMatchObject({
      status: 200,
      body: { seats_used: 0 },
    });
    const { license, journal } = await storedLicense(service, bought.id);
    expect(journal.map(({ seq }) => seq)).toEqual(upTo(license.seq));
    expect(JSON.stringify(journal)).not.toContain('yolanda');
    expect((await backOffice.suspend(bought.id)).status).toBe(200);
    const entries = journalIn(await wholeTable(service)).filter(({ type }) => type === 'customer.erased');
    expect(entries.every(({ seq }) => seq === 1)).toBe(true);
  });

  test('is shown the name of a site that comes back, not the mark of the erasure', async () => {
    const { email, bought } = await person('xavier');
    await erase(email);
    const { status } = await activate(service, bought.site('two-xavier'));
    expect(status).toBe(201);
    const { activations } = await storedLicense(service, bought.id);
    expect(activations.map(({ masked_identifier }) => masked_identifier).sort()).toEqual(['[erased]', 'ex••.com']);
  });

  test('becomes a new customer with the next purchase', async () => {
    const { email, bought, id } = await person('xaver');
    await erase(email);
    const again = await purchase(service, brand, { customer_email: email });
    expect(again.license_key.key).not.toBe(bought.key);
    expect(await customerOf(again.licenses[0]?.id ?? '')).not.toBe(id);
    expect(await backOffice.found(email)).toEqual([again.licenses[0]?.id]);
    expect((await erase(email)).status).toBe(200);
    expect(await backOffice.found(email)).toEqual([]);
  });

  test('leaves the texts of the customer who received a transferred license', async () => {
    const [giver, taker] = [await person('walter'), await person('veronica')];
    await backOffice.transfer(giver.bought.id, { customer_email: taker.email });
    const key = ((await backOffice.get(giver.bought.id)).body as LicenseEntry).license_key.key;
    await activate(service, { ...giver.bought.site('three-veronica'), license_key: key });
    await erase(giver.email);
    const text = textsIn(await wholeTable(service));
    expect(text).toContain('three-veronica');
    expect(text).not.toMatch(/(?:one|two|because|lost by|name)[- ]walter|walter@/);
    await erase(taker.email);
    expect(textsIn(await wholeTable(service))).not.toContain('veronica');
  });
});

describe('an erasure', () => {
  test('repeated under its idempotency key gets the first answer', async () => {
    const { email } = await person('ursula');
    const under = { 'Idempotency-Key': 'forget-ursula' };
    const first = await erase(email, under);
    const second = await erase(email, under);
    expect(second.text).toBe(first.text);
    expect(second.headers['idempotent-replayed']).toBe('true');
  });

  test('of many activations takes several calls, each of which continues where the last one stopped', async () => {
    const customer_email = newEmail();
    const bought = await backOffice.buy({ customer_email, max_seats: null });
    for (const n of upTo(350))
      await activate(service, bought.site(`site-${n}`), { body: { metadata: { of: 'theodora' } } });
    for (const n of upTo(350)) await deactivate(service, bought.site(`site-${n}`));
    const first = await erase(bought.email);
    expect(first).toMatchObject({ status: 200, body: { complete: false } });
    const fresh = await purchase(service, brand, { customer_email: bought.email });
    const second = await erase(bought.email);
    expect(second).toMatchObject({
      status: 200,
      body: { complete: true, id: first.body['id'], overwritten: { licenses: 0 } },
    });
    expect(JSON.stringify((await storedLicense(service, bought.id)).journal)).not.toMatch(/theodora|site-\d/);
    expect(await backOffice.found(bought.email)).toEqual([fresh.licenses[0]?.id]);
  }, 60_000);

  test('requested by ten calls at once runs once, and each call gets its result', async () => {
    for (const n of upTo(3)) {
      const { email, id } = await person(`quentin${n}`);
      const replies = await atOnce(10, (i) =>
        untilAnswered(() => erase(email, i < 5 ? { 'Idempotency-Key': `quentin${n}-${i}` } : {})),
      );
      for (const { reply } of replies) expect(reply).toMatchObject({ status: 200, body: { id, complete: true } });
      const items = await wholeTable(service);
      expect(textsIn(items)).not.toContain(`quentin${n}`);
      expect(items.filter(({ unfinished }) => unfinished !== undefined)).toEqual([]);
      expect(
        journalIn(items).filter(({ type, entity }) => type === 'customer.erased' && entity.id === id),
      ).toHaveLength(1);
      for (const i of [0, 4])
        expect((await erase(email, { 'Idempotency-Key': `quentin${n}-${i}` })).headers['idempotent-replayed']).toBe(
          'true',
        );
      expect(await erase(email)).toMatchObject({ status: 404, body: { code: 'customer_not_found' } });
    }
  });

  test('overwrites readable request ids and keeps UUIDs', async () => {
    const bought = await backOffice.buy({ customer_email: 'roswitha@example.com' });
    const own = { 'X-Request-Id': 'asked-by-roswitha' };
    const plain = { 'X-Request-Id': '6f1c2a52-77d5-4b7e-9f3e-0c5e1f2a3b4d' };
    await backOffice.suspend(bought.id, {}, own);
    await backOffice.resume(bought.id, {}, plain);
    await backOffice.rotate(bought.keyId, {}, own);
    expect((await erase(bought.email, own)).status).toBe(200);
    expect(JSON.stringify(await wholeTable(service))).not.toContain('roswitha');
    const history = await backOffice.history(bought.id);
    expect(history.map(({ request_id }) => request_id)).toEqual(
      expect.arrayContaining(['[erased]', plain['X-Request-Id']]),
    );
  });

  test('that races a purchase, a renewal and a deactivation leaves no text of the person', async () => {
    for (const n of upTo(4)) {
      const word = `sigmund${n}`;
      const { email, bought } = await person(word);
      const under = { 'Idempotency-Key': `more-${word}` };
      const [erased] = await Promise.all([
        untilAnswered(() => eraseWhole(email)),
        untilAnswered(() =>
          requestPurchase(service, brand, { customer_email: email, products: ['imagify'], license_key: 'new' }, under),
        ),
        untilAnswered(() => backOffice.renew(bought.id, { extend_by: 'P1M' }, { 'Idempotency-Key': `renew-${word}` })),
        untilAnswered(() => deactivate(service, bought.site(`one-${word}`))),
      ]);
      expect(erased.reply.status).toBe(200);
      const left = await backOffice.found(email);
      for (const id of left) expect(await customerOf(id)).not.toBe(erased.reply.body['id']);
      if (left.length > 0) await eraseWhole(email);
      expect(textsIn(await wholeTable(service))).not.toContain(word);
    }
  });
});

describe('an export', () => {
  async function exported(query: Record<string, string>): Promise<Omit<CustomerExport, 'next_cursor'>> {
    const all: Omit<CustomerExport, 'next_cursor' | 'customer'> = {
      license_keys: [],
      licenses: [],
      activations: [],
      events: [],
    };
    for (let cursor: string | undefined; ;) {
      const reply = await service.call(exportCustomer, {
        apiKey: brand.apiKey,
        query: { ...query, ...(cursor === undefined ? {} : { cursor }) },
      });
      expect(reply.status).toBe(200);
      const page = reply.body as CustomerExport;
      for (const name of ['license_keys', 'licenses', 'activations', 'events'] as const)
        all[name].push(...(page[name] as never[]));
      if (page.next_cursor === null) return { ...all, customer: page.customer };
      cursor = page.next_cursor;
    }
  }

  test('contains everything stored about one person, for any page size, and nothing about another', async () => {
    const [mine, other] = [await person('rosalind'), await person('quentin')];
    await backOffice.transfer(other.bought.id, { customer_email: mine.email });
    const items = await wholeTable(service);
    const whole = await exported({ email: mine.email, limit: '100' });
    for (const limit of ['1', '7']) expect(await exported({ customer_id: mine.id, limit })).toEqual(whole);
    expect(whole.customer).toMatchObject({ id: mine.id, email: mine.email });
    expect(whole.licenses.map(({ id }) => id).sort()).toEqual([mine.bought.id, other.bought.id].sort());
    const seats = items.filter(({ sk, license_id }) => sk.startsWith('seat#') && license_id === mine.bought.id);
    expect(whole.activations.map(({ id }) => id).sort()).toEqual(seats.map(({ id }) => String(id)).sort());
    const about = new Set([mine.id, mine.bought.id, mine.bought.keyId]);
    const held = journalIn(items).filter(({ entity }) => about.has(entity.id));
    const announced = whole.events.map(({ id }) => id);
    expect(held.map(({ id }) => id).filter((id) => !announced.includes(id))).toEqual([]);
    expect(new Set(announced).size).toBe(announced.length);
    expect(JSON.stringify(whole)).not.toMatch(/(?:one|two|because|lost by|name)[- ]quentin|quentin@/);
    expect(JSON.stringify(whole)).not.toContain(other.id);
  });
});
