import { beforeAll, describe, expect, test } from '@jest/globals';
import { getLicense } from '../../lib/api/licenses.ts';
import { listLicenseEvents } from '../../lib/api/events.ts';
import type { LicenseEntry } from '../../lib/api/schemas/license.ts';
import type { EventEntry } from '../../lib/api/schemas/event.ts';
import { inMs, moveClock, stopClock } from '../support/run/clock.ts';
import { openBackOffice, typesOf, type Bought, type BackOffice } from '../support/service/back-office.ts';
import { activate, newEmail } from '../support/service/purchases.ts';
import { byOperation, startService, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { upTo } from '../support/table/whole-table.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
beforeAll(async () => {
  stopClock('2026-05-01T10:00:00Z');
  service = await startService();
  brand = await service.brand();
  backOffice = openBackOffice(service, brand);
});

/** Makes a change, returns its time to the second, and moves the clock on by a day. */
async function then(does: () => Promise<unknown>): Promise<string> {
  await does();
  const second = inMs(0);
  moveClock(DAY_MS);
  return second;
}

describe('a license at a given time', () => {
  test('is shown with all of its fields as they were, to the second of each change', async () => {
    let bought: Bought | undefined;
    const made = await then(async () => {
      bought = await backOffice.buy({ max_seats: 3, expiration_date: '2026-05-20', metadata: { plan: 'a' } });
    });
    if (bought === undefined) throw new Error('nothing was bought');
    const { id, email, site, keyId, key } = bought;
    const previous = async (at: string): Promise<Reply> => backOffice.get(id, { at });
    const live: [string, LicenseEntry][] = [];
    const note = async (at: string): Promise<void> => void live.push([at, (await previous(at)).body as LicenseEntry]);
    await note(made);
    const buyer = newEmail();
    for (const change of [
      () => activate(service, site('one')),
      () => backOffice.change(id, { max_seats: 5, metadata: { plan: 'b' }, policy: { grace_days: 3 } }),
      () => backOffice.suspend(id),
      () => backOffice.renew(id, { expiration_date: '2027-05-20' }),
      () => backOffice.resume(id),
      () => backOffice.change(id, { product: 'imagify' }),
      () => backOffice.transfer(id, { customer_email: buyer }),
      () => backOffice.cancel(id),
    ]) {
      await note(await then(change));
      // The answer for this second equals the current one, and must still be the same later.
      expect(live.at(-1)?.[1]).toEqual((await backOffice.get(id)).body);
    }
    for (const [at, entry] of live) {
      const later = await previous(at);
      expect(later).toMatchObject({ status: 200, body: entry });
      expect(later.headers).not.toHaveProperty('etag');
      const before = await previous(new Date(Date.parse(at) - 1000).toISOString());
      if (at === made) expect(before).toMatchObject({ status: 404, body: { code: 'license_not_found' } });
      else expect(before.body).not.toEqual(entry);
    }
    const first = live[0]?.[1];
    expect(first).toMatchObject({
      license_key: { id: keyId, key, customer_email: email },
      product: { slug: 'wp-rocket' },
      seats_used: 0,
    });
    expect(live.at(-1)?.[1]).toMatchObject({
      license_key: { customer_email: buyer },
      product: { slug: 'imagify' },
      status: 'cancelled',
    });
    expect(live.map(([, { status }]) => status)).toEqual([
      ...['valid', 'valid', 'valid', 'suspended', 'suspended', 'valid', 'valid', 'valid'],
      'cancelled',
    ]);
  });

  test('is expired from its expiry on, although nothing was written then', async () => {
    const { id } = await backOffice.buy({ expiration_date: inMs(DAY_MS) });
    const due = String((await backOffice.get(id)).body['expires_at']);
    moveClock(2 * DAY_MS);
    const before = new Date(Date.parse(due) - 1000).toISOString();
    expect((await backOffice.get(id, { at: before })).body['status']).toBe('valid');
    expect((await backOffice.get(id, { at: due })).body['status']).toBe('expired');
  });

  test('in the future is shown as it is now', async () => {
    const { id } = await backOffice.buy({ expiration_date: inMs(DAY_MS) });
    expect((await backOffice.get(id, { at: '2099-01-01' })).body).toEqual((await backOffice.get(id)).body);
  });

  test('includes the whole day if a date is given, and is refused if the time has no zone', async () => {
    const { id } = await backOffice.buy();
    const today = inMs(0).slice(0, 10);
    expect((await backOffice.get(id, { at: today })).status).toBe(200);
    expect(await backOffice.get(id, { at: inMs(-DAY_MS).slice(0, 10) })).toMatchObject({ status: 404 });
    expect(await backOffice.get(id, { at: `${today}T10:00:00` })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '?at' }] },
    });
  });

  test('shows the current text of its key, masked for a caller without the scope to see it', async () => {
    const { id, keyId } = await backOffice.buy();
    const at = inMs(0);
    moveClock(1000);
    const { key } = (await backOffice.rotate(keyId)).body;
    expect((await backOffice.get(id, { at })).body).toMatchObject({ license_key: { id: keyId, key } });
    const body = { name: 'support', scopes: ['licenses:read'] };
    const made = await service.call(byOperation('admin_create_api_key'), {
      apiKey: service.platformKey,
      params: { brand_id: brand.id },
      body,
    });
    const ask = { apiKey: String(made.body['api_key']), params: { license_id: id } };
    const masked = await service.call(getLicense, { ...ask, query: { at } });
    expect(masked.body).toEqual((await service.call(getLicense, ask)).body);
    expect(masked.text).not.toContain(String(key));
  });

  test('of another brand gets byte for byte the answer of an unknown license', async () => {
    const { id } = await backOffice.buy();
    const other = openBackOffice(service, await service.brand());
    const [foreign, missing] = [
      await other.get(id, { at: '2099-01-01' }),
      await backOffice.get(brand.id, { at: '2099-01-01' }),
    ];
    const bytes = ({ text, body }: Reply): string => text.replaceAll(String(body['request_id']), '…');
    expect(foreign.status).toBe(404);
    expect(bytes(foreign)).toBe(bytes(missing));
  });
});

describe('the history of a license', () => {
  let id: string;
  const page = async (
    query: Record<string, string>,
  ): Promise<{ seqs: number[]; next: string | null; reply: Reply }> => {
    const reply = await service.call(listLicenseEvents, { apiKey: brand.apiKey, params: { license_id: id }, query });
    const seqs = ((reply.body['events'] ?? []) as EventEntry[]).map(({ seq }) => seq);
    return { seqs, next: reply.body['next_cursor'] as string | null, reply };
  };
  const all = async (query: Record<string, string>): Promise<number[]> => {
    const seqs: number[] = [];
    for (let cursor: string | null | undefined = undefined; cursor !== null;) {
      const { seqs: more, next } = await page({ ...query, ...(cursor === undefined ? {} : { cursor }) });
      seqs.push(...more);
      cursor = next;
    }
    return seqs;
  };
  beforeAll(async () => {
    ({ id } = await backOffice.buy());
    for (const n of upTo(11)) await backOffice.change(id, { metadata: { n: String(n) } });
  });

  test('is listed newest first, in pages', async () => {
    expect(await all({ limit: '5' })).toEqual(upTo(12).reverse());
  });

  test('is listed oldest first after a given change', async () => {
    expect((await page({ after: '0' })).seqs).toEqual(upTo(12));
    expect(await all({ after: '7', limit: '2' })).toEqual([8, 9, 10, 11, 12]);
    expect(await page({ after: '12' })).toMatchObject({ seqs: [], next: null });
    expect(await page({ after: '9999999' })).toMatchObject({ seqs: [], next: null });
  });

  test('is listed newest first before a given change', async () => {
    expect((await page({ before: '4' })).seqs).toEqual([3, 2, 1]);
    expect(await all({ before: '9', limit: '3' })).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await page({ before: '1' })).toMatchObject({ seqs: [], next: null });
  });

  test('is listed between two given changes', async () => {
    expect(await all({ after: '3', before: '8', limit: '2' })).toEqual([4, 5, 6, 7]);
    expect(await all({ after: '8', before: '3' })).toEqual([]);
  });

  test('refuses a cursor of another range', async () => {
    const { next } = await page({ after: '3', limit: '2' });
    for (const query of [{ limit: '2' }, { before: '3' }, { after: '4' }]) {
      expect((await page({ ...query, cursor: next ?? '' })).reply).toMatchObject({
        status: 400,
        body: { code: 'cursor_invalid' },
      });
    }
  });

  test('refuses an invalid change number', async () => {
    for (const query of [
      { after: '-1' },
      { before: '0' },
      { after: 'x' },
      { before: '1.5' },
      { after: '10000000000' },
    ]) {
      expect((await page(query)).reply.status).toBe(400);
    }
  });

  test('shows the type of each change and the values before and after it', async () => {
    const history = await backOffice.history(id);
    expect(typesOf(history)).toEqual(['license.provisioned', ...Array<string>(11).fill('license.updated')]);
    expect(history[5]).toMatchObject({ before: { metadata: { n: '4' } }, after: { metadata: { n: '5' } } });
  });
});
