import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { eraseCustomer } from '../../lib/api/customers.ts';
import { openVault } from '../../lib/process/vault.ts';
import { requestPurchase } from '../support/service/purchases.ts';
import { readableTexts } from '../support/table/readable-texts.ts';
import type { Reply } from '../support/service/service.ts';
import { upTo, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useFaultProxy, useBackOffice, useService } from '../support/service/started-service.ts';

const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

const emailOf = (word: string): string => `${word}@example.com`;
const under = (key: string): Record<string, string> => ({ 'Idempotency-Key': key });
const erase = (word: string): Promise<Reply> =>
  service.call(eraseCustomer, { apiKey: brand.apiKey, body: { email: emailOf(word) } });
const texts = async (): Promise<string> =>
  readableTexts(openVault(readFileSync(String(process.env['DATA_KEY_FILE']))), await wholeTable(service));
const ERASED_ANSWER = { status: 409, body: { code: 'answer_erased' } };

describe('stored answers for later customers of a license', () => {
  test('are erased with an earlier customer whose metadata they show, and are not replayed', async () => {
    const { id } = await backOffice.buy({ customer_email: emailOf('adelheid'), metadata: { name: 'Adelheid Meier' } });
    const transfer = () => backOffice.transfer(id, { customer_email: emailOf('bertram') }, under('tr-1'));
    const suspend = () => backOffice.suspend(id, {}, under('su-1'));
    const repeat = () => backOffice.suspend(id, {}, under('su-2'));
    for (const send of [transfer, suspend, repeat])
      expect(await send()).toMatchObject({ status: 200, body: { metadata: { name: 'Adelheid Meier' } } });
    expect(await erase('adelheid')).toMatchObject({ status: 200, body: { complete: true, answers_dropped: 3 } });
    for (const send of [transfer, suspend, repeat]) expect(await send()).toMatchObject(ERASED_ANSWER);
    expect(await texts()).not.toContain('Adelheid');
    expect((await backOffice.get(id)).body['metadata']).toEqual({ erased: '[erased]' });
    expect(await erase('bertram')).toMatchObject({ body: { complete: true, answers_dropped: 0 } });
  });

  test('are erased in any number and after any number of transfers', async () => {
    const metadata = { name: 'Cordula Vogt' };
    const { id } = await backOffice.buy({ customer_email: emailOf('cordula'), metadata });
    await backOffice.suspend(id, {}, under('before'));
    await backOffice.transfer(id, { customer_email: emailOf('dagobert') }, under('first'));
    await backOffice.transfer(id, { customer_email: emailOf('eusebia') }, under('second'));
    for (const n of upTo(35))
      expect((await (n % 2 === 1 ? backOffice.resume : backOffice.suspend)(id, {}, under(`n-${n}`))).status).toBe(200);
    expect(await erase('cordula')).toMatchObject({ body: { complete: true, answers_dropped: 38 } });
    expect(await texts()).not.toContain('Cordula');
    expect(await backOffice.resume(id, {}, under('n-35'))).toMatchObject(ERASED_ANSWER);
  });

  test('are kept if they show another license', async () => {
    const given = await backOffice.buy({ customer_email: emailOf('friedhelm') });
    const own = await backOffice.buy({ customer_email: emailOf('gundula') });
    await backOffice.transfer(given.id, { customer_email: emailOf('gundula') });
    await backOffice.suspend(own.id, {}, under('own'));
    const order = (): Promise<Reply> =>
      requestPurchase(
        service,
        brand,
        { customer_email: emailOf('gundula'), products: ['wp-rocket'], license_key: 'new' },
        under('order'),
      );
    expect((await order()).status).toBe(201);
    expect(await erase('friedhelm')).toMatchObject({ body: { complete: true } });
    for (const send of [() => backOffice.suspend(own.id, {}, under('own')), order])
      expect((await send()).headers['idempotent-replayed']).toBe('true');
  });

  test('contain no metadata that was erased between the read and the write of their request', async () => {
    const { id } = await backOffice.buy({ customer_email: emailOf('hannelore'), metadata: { name: 'Hannelore Voss' } });
    await backOffice.transfer(id, { customer_email: emailOf('ignaz') });
    await backOffice.suspend(id);
    let erased: Reply | undefined;
    proxy.tamper = async ({ operation }, forward) => {
      if (operation === 'TransactWriteItems' && erased === undefined) {
        proxy.tamper = undefined;
        erased = await erase('hannelore');
      }
      return forward();
    };
    const late = await backOffice.suspend(id, {}, under('late'));
    expect(erased?.body).toMatchObject({ complete: true });
    expect(late).toMatchObject({ status: 200, body: { metadata: { erased: '[erased]' } } });
    expect((await backOffice.suspend(id, {}, under('late'))).text).toBe(late.text);
    expect(await texts()).not.toContain('Hannelore');
  });
});
