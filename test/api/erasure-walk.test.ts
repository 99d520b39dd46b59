import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { moveClock } from '../support/run/clock.ts';
import { activationFields, entryFields, licenseFields } from '../../lib/events/erasure-fields.ts';
import { deactivateActivation } from '../../lib/api/activations.ts';
import { eraseCustomer } from '../../lib/api/customers.ts';
import { openVault, type Vault } from '../../lib/process/vault.ts';
import { errorAnswer } from '../support/table/fault-proxy.ts';
import type { Bought } from '../support/service/back-office.ts';
import { activate, deactivate, requestPurchase } from '../support/service/purchases.ts';
import { readableTexts } from '../support/table/readable-texts.ts';
import type { Reply } from '../support/service/service.ts';
import type { JournalEntry } from '../../lib/table/journal.ts';
import { journalIn, storedLicense, upTo, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useFaultProxy, useBackOffice, useService } from '../support/service/started-service.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

let vault: Vault;
const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);
beforeAll(() => {
  vault = openVault(readFileSync(String(process.env['DATA_KEY_FILE'])));
});
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

const emailOf = (word: string): string => `${word}@example.com`;
const erase = (word: string): Promise<Reply> =>
  service.call(eraseCustomer, { apiKey: brand.apiKey, body: { email: emailOf(word) } });
const texts = async (): Promise<string> => readableTexts(vault, await wholeTable(service));

/** Repeats an erasure until it is finished; returns the number of calls. */
async function eraseToTheEnd(word: string, most = 20): Promise<number> {
  for (const n of upTo(most)) {
    const reply = await erase(word);
    expect(reply.status).toBe(200);
    if (reply.body['complete'] === true) return n;
  }
  throw new Error('an erasure without an end');
}

async function person(word: string): Promise<Bought> {
  const metadata = { [`name-${word}`]: word, plan: 'plus' };
  const bought = await backOffice.buy({ customer_email: emailOf(word), max_seats: 9, license_key: 'new', metadata });
  for (const n of [1, 2]) await activate(service, bought.site(`${word}-${n}`), { body: { metadata: { of: word } } });
  await backOffice.suspend(bought.id, { reason: `asked by ${word}` }, { 'X-Request-Id': `ticket-of-${word}` });
  await backOffice.resume(bought.id);
  return bought;
}

describe('the metadata of a transferred license', () => {
  test('is erased with the customer who wrote it, except for what a later customer wrote', async () => {
    const { id } = await person('adelheid');
    await backOffice.transfer(id, { customer_email: emailOf('bertram') });
    await backOffice.change(id, { metadata: { 'name-adelheid': 'adelheid', plan: 'plus', holder: 'bertram' } });
    await backOffice.transfer(id, { customer_email: emailOf('cordula') });
    await backOffice.renew(id, { extend_by: 'P1M', expiration_date: undefined });
    await eraseToTheEnd('adelheid');
    expect(await texts()).not.toContain('adelheid');
    expect((await backOffice.get(id)).body['metadata']).toEqual({ holder: 'bertram', erased: '[erased]' });
    expect((await backOffice.change(id, { metadata: { holder: 'cordula' } })).status).toBe(200);
    const all = await texts();
    expect(all).not.toContain('adelheid');
    expect(all).toContain('bertram');
    const { license, journal } = await storedLicense(service, id);
    expect(journal.map(({ seq }) => seq)).toEqual(upTo(license.seq));
  });
});

describe('a repeated request for an erased customer', () => {
  test('is refused under its idempotency key, until the key expires after a day', async () => {
    const body = { customer_email: emailOf('dagobert'), products: ['wp-rocket'] };
    const send = (): Promise<Reply> => requestPurchase(service, brand, body, { 'Idempotency-Key': 'order-dagobert' });
    expect((await send()).status).toBe(201);
    await eraseToTheEnd('dagobert');
    expect(await send()).toMatchObject({ status: 409, body: { code: 'answer_erased' } });
    expect(await backOffice.found(emailOf('dagobert'))).toEqual([]);
    expect(await texts()).not.toContain('dagobert');
    moveClock(DAY_MS + 1_000);
    expect((await send()).status).toBe(201);
    expect(await backOffice.found(emailOf('dagobert'))).toHaveLength(1);
  });
});

/** The fields of a change in which no text of a person is. */
function keptOf(fields: JournalEntry['before'] | undefined): object {
  const { metadata: _metadata, activation: _activation, ...kept } = fields ?? {};
  return kept;
}

test('an erasure keeps exactly the declared fields of a license, its activations and its journal', async () => {
  const { id, site } = await person('eusebia');
  await deactivate(service, site('eusebia-1'));
  await backOffice.change(id, { metadata: { note: 'eusebia' } });
  const before = await storedLicense(service, id);
  await eraseToTheEnd('eusebia');
  const after = await storedLicense(service, id);
  const changedBy = ['seq', 'updated_at'];
  for (const [name, fate] of Object.entries(licenseFields)) {
    const [previous, is] = [before.item[name], after.item[name]];
    if (changedBy.includes(name)) continue;
    if (fate === 'keeps') expect({ name, value: is }).toEqual({ name, value: previous });
    else expect({ name, value: is }).not.toEqual({ name, value: previous });
  }
  for (const [i, seat] of after.seats.entries())
    for (const [name, fate] of Object.entries(activationFields))
      expect({ name, same: JSON.stringify(seat[name]) === JSON.stringify(before.seats[i]?.[name]) }).toEqual({
        name,
        same: fate === 'keeps',
      });
  const overwritten = new Set<string>();
  for (const [i, previous] of before.journal.entries()) {
    const is = after.journal[i];
    for (const [name, fate] of Object.entries(entryFields) as [keyof JournalEntry, string][]) {
      const isPersonal = JSON.stringify(previous[name] ?? null).includes('eusebia');
      if (fate === 'keeps')
        expect({ name, isPersonal, value: is?.[name] }).toEqual({ name, isPersonal: false, value: previous[name] });
      else if (isPersonal) overwritten.add(name);
      else expect({ name, value: is?.[name] }).toEqual({ name, value: previous[name] });
    }
    expect(JSON.stringify(is)).not.toContain('eusebia');
    expect([keptOf(is?.before), keptOf(is?.after)]).toEqual([keptOf(previous.before), keptOf(previous.after)]);
  }
  const declared = Object.entries(entryFields).filter(([, fate]) => fate === 'overwrites');
  expect([...overwritten].sort()).toEqual(declared.map(([name]) => name).sort());
});

describe('an erasure', () => {
  /** Simulates a crash: lets a number of transactions through, then fails every request. */
  function dieAfter(writes: number): { isDead: () => boolean } {
    let left = writes;
    proxy.tamper = ({ operation }, forward) => {
      if (left <= 0) return Promise.resolve(errorAnswer('ValidationException'));
      if (operation === 'TransactWriteItems') left -= 1;
      return forward();
    };
    return { isDead: () => left <= 0 };
  }

  test('completes after a crash between any two writes, with a transfer and deactivations in between', async () => {
    for (let n = 1; ; n += 1) {
      const word = `gundula${n}x`;
      const bought = await person(word);
      const second = await person(word);
      const seats = (await storedLicense(service, second.id)).activations;
      const { isDead } = dieAfter(n);
      const first = await erase(word);
      const died = isDead();
      proxy.tamper = undefined;
      if (!died) {
        expect(first.body['complete']).toBe(true);
        break;
      }
      const calls = [
        () => backOffice.transfer(bought.id, { customer_email: emailOf(`heir${n}`), keep_activations: n % 2 === 0 }),
        () => deactivate(service, second.site(`${word}-1`)),
        () =>
          service.call(deactivateActivation, {
            apiKey: brand.apiKey,
            params: { license_id: second.id, activation_id: seats.at(-1)?.id ?? '' },
          }),
        () => erase(word),
        () => erase(word),
      ];
      await Promise.all(calls.map((call) => call()));
      if (n % 2 === 1 || (await wholeTable(service)).some(({ unfinished }) => unfinished !== undefined))
        await erase(word);
      const items = await wholeTable(service);
      expect({ n, unfinished: items.filter(({ unfinished }) => unfinished !== undefined) }).toEqual({
        n,
        unfinished: [],
      });
      const left = readableTexts(vault, items);
      // Sites that a transfer keeps active belong to the new customer.
      const kept =
        n % 2 === 0
          ? left.replaceAll(new RegExp(`(?:https://)?${word}-\\d\\.example\\.com|"of":"${word}"`, 'g'), '')
          : left;
      expect({ n, found: new RegExp(`.{80}${word}.{40}`).exec(kept)?.[0] }).toEqual({ n, found: undefined });
      for (const id of [bought.id, second.id]) {
        const journal = journalIn(items).filter(({ entity }) => entity.id === id);
        expect(journal.map(({ seq }) => seq)).toEqual(upTo(journal.length));
      }
    }
  }, 240_000);
});
