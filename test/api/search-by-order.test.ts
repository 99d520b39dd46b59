import { describe, expect, test } from '@jest/globals';
import { idsIn } from '../support/service/license-searches.ts';
import { openBackOffice } from '../support/service/back-office.ts';
import { requestPurchase } from '../support/service/purchases.ts';
import { useBrand, useLicenseSearches, useBackOffice, useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useBrand(service);
const backOffice = useBackOffice(service, shop);
const searches = useLicenseSearches(service, shop);

/** Spellings as bought and in the other case, with letters that become two letters or have no counterpart. */
const SPELLINGS: [string, string][] = [
  ['order-1001', 'ORDER-1001'],
  ['INV/2026-é', ' inv/2026-E\u0301 '],
  ['Größe-Straße-7', 'GRÖSSE-STRASSE-7'],
  ['İstanbul-Σας', 'i̇STANBUL-σΑΣ'],
];

describe.each(SPELLINGS)('the order number %s', (bought, typed) => {
  test(`is found as ${typed}, shown as given, and cannot be used again in either case`, async () => {
    const { id } = await backOffice.buy({ external_id: bought });
    for (const ask of [searches.own, searches.across, searches.platform])
      for (const external_id of [bought, typed]) {
        const reply = await ask({ external_id });
        expect(reply.body['licenses']).toMatchObject([{ id, external_id: bought }]);
      }
    const again = await requestPurchase(service, shop, { external_id: typed });
    expect(again).toMatchObject({ status: 409, body: { code: 'external_id_taken', external_id: bought } });
    const renewed = await backOffice.renew(id, { expiration_date: '2199-12-31', external_id: typed });
    expect(renewed).toMatchObject({ status: 409, body: { code: 'external_id_taken', external_id: bought } });
  });
});

test('the order number of a renewal is found and unique in any case', async () => {
  const { id } = await backOffice.buy();
  const renewed = await backOffice.renew(id, { expiration_date: '2199-12-31', external_id: 'Renewal-1' });
  expect(renewed.status).toBe(200);
  expect(idsIn(await searches.own({ external_id: 'RENEWAL-1' }))).toEqual([id]);
  expect(await requestPurchase(service, shop, { external_id: 'renewal-1' })).toMatchObject({ status: 409 });
});

test('parallel purchases whose order numbers differ only in case succeed once', async () => {
  const numbers = ['race-1', 'Race-1', 'RACE-1', 'rAcE-1'];
  const replies = await Promise.all(numbers.map((external_id) => requestPurchase(service, shop, { external_id })));
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  expect(idsIn(await searches.own({ external_id: 'race-1' }))).toHaveLength(1);
});

test('order numbers that differ in more than case, or belong to two brands, are different', async () => {
  const other = await service.brand();
  const bought = [
    await backOffice.buy({ external_id: 'A-1' }),
    await backOffice.buy({ external_id: 'A 1' }),
    await backOffice.buy({ external_id: 'A1' }),
  ];
  const theirs = await openBackOffice(service, other).buy({ external_id: 'a-1' });
  expect(new Set([...bought, theirs].map(({ id }) => id)).size).toBe(4);
  expect(idsIn(await searches.own({ external_id: 'a-1' }))).toEqual([bought[0]?.id]);
});
