import { expect, test } from '@jest/globals';
import { checkLicense } from '../../lib/api/check.ts';
import { exampleRefusals } from '../../lib/http/openapi/problem-examples.ts';
import { problemSchemas } from '../../lib/http/openapi/problem-schemas.ts';
import { newId } from '../../lib/process/ids.ts';
import { ownRequests } from '../support/service/back-office.ts';
import { activate, deactivate, purchase } from '../support/service/purchases.ts';
import { openSeats, type SeatHolder } from '../support/service/seats.ts';
import type { Reply } from '../support/service/service.ts';
import { overwrite, storedLicense } from '../support/table/whole-table.ts';
import { useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';

const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);

const check = (license: SeatHolder, name: string, activation_id?: string): Promise<Reply> =>
  service.call(checkLicense, {
    query: { ...license.site(name), ...(activation_id === undefined ? {} : { activation_id }) },
  });

test('a check by a copy of a site hears whose seat it holds, and what its owner can do', async () => {
  const license = await openSeats(service, brand, 2);
  const activation_id = await license.seatOf('shop.example');
  const copy = await check(license, 'copy.example', activation_id);
  expect(copy).toMatchObject({
    status: 200,
    body: { code: 'not_activated', copy_of: { activation_id, instance: 'sh••.example' } },
  });
  expect(copy.body['detail']).toBe(
    'This site looks like a copy of sh••.example. Move the seat here if this site has replaced that one, or activate ' +
      'a seat of its own.',
  );
});

test('an activation by a copy takes a seat of its own, and hears whose seat it holds', async () => {
  const license = await openSeats(service, brand, 2);
  const activation_id = await license.seatOf('shop.example');
  const copy_of = { activation_id, instance: 'sh••.example' };
  const copy = await license.activate('copy.example', { activation_id });
  expect(copy).toMatchObject({ status: 201, body: { copy_of } });
  const own = await check(license, 'copy.example', activation_id);
  expect(own).toMatchObject({ status: 200, body: { code: 'valid', copy_of } });
  for (const { body } of [copy, own])
    expect(body['detail']).toBe(
      'This site looks like a copy of sh••.example, and has a seat of its own. Move the seat here if this site has ' +
        'replaced that one, or keep both seats.',
    );
  const refused = await license.activate('second.example', { activation_id });
  expect(refused).toMatchObject({ status: 422, body: { code: 'seat_limit_reached', copy_of } });
  expect(refused.body['detail']).toContain('looks like a copy of sh••.example');
  // The schema names every member of this fullest of refusals that is no fact of its code.
  const facts = Object.keys(exampleRefusals.seat_limit_reached.facts);
  const members = Object.keys(refused.body).filter((name) => !facts.includes(name));
  expect(members).toEqual(expect.arrayContaining(['links', 'copy_of', 'next_check_at', 'stale_ok_until']));
  expect(Object.keys(problemSchemas()['Problem']?.properties ?? {})).toEqual(expect.arrayContaining(members));
});

test('a site that holds its own activation, none, a freed or an unknown one is no copy', async () => {
  const license = await openSeats(service, brand, 2);
  const own = await license.seatOf('shop.example');
  const freed = await license.seatOf('old.example');
  await deactivate(service, license.site('old.example'));
  for (const [name, id] of [
    ['shop.example', own],
    ['shop.example', undefined],
    ['copy.example', freed],
    ['copy.example', newId(Date.now())],
  ] as const)
    expect((await check(license, name, id)).body).not.toHaveProperty('copy_of');
  const { body } = await license.activate('shop.example', { activation_id: own });
  expect(body).toMatchObject({ activation_id: own });
  expect(body).not.toHaveProperty('copy_of');
});

test('only a check that may be a copy costs a second request', async () => {
  const license = await openSeats(service, brand, 2);
  const own = await license.seatOf('shop.example');
  for (const [name, requests] of [
    ['shop.example', ['BatchGetItem']],
    ['copy.example', ['BatchGetItem', 'Query']],
  ] as const) {
    proxy.asked.length = 0;
    await check(license, name, own);
    expect(ownRequests(proxy)).toEqual(requests);
  }
});

test('a copy that names no product hears on which of the key’s licenses it holds a seat', async () => {
  const order = { products: ['wp-rocket', 'imagify'], max_seats: 1 };
  const { license_key } = await purchase(service, brand, order);
  const site = { license_key: license_key.key, product: 'imagify', instance_identifier: 'https://shop.example' };
  const { body: activated } = await activate(service, site);
  const activation_id = String(activated['activation_id']);
  const query = { license_key: license_key.key, instance_identifier: 'https://copy.example', activation_id };
  const { body } = await service.call(checkLicense, { query });
  const copy_of = { activation_id, instance: 'sh••.example' };
  expect(body['copy_of']).toEqual(copy_of);
  const licenses = body['licenses'] as { license: { product: { slug: string } }; copy_of?: object; detail: string }[];
  const byProduct = new Map(licenses.map((one) => [one.license.product.slug, one]));
  expect(byProduct.get('imagify')).toMatchObject({ copy_of, detail: expect.stringContaining('looks like a copy') });
  expect(byProduct.get('wp-rocket')).not.toHaveProperty('copy_of');
  expect(byProduct.get('wp-rocket')?.detail).not.toContain('copy');
  const own = await service.call(checkLicense, { query: { ...query, instance_identifier: 'https://shop.example' } });
  expect(JSON.stringify(own.body)).not.toContain('copy_of');
});

test('a copy of a site whose seat an older version stored gets its masked spelling', async () => {
  const license = await openSeats(service, brand, 1);
  const activation_id = await license.seatOf('shop.example');
  const { seats } = await storedLicense(service, license.id);
  for (const seat of seats) await overwrite(service, seat, { kind: undefined, masked_identifier: undefined });
  const copy = await check(license, 'copy.example', activation_id);
  expect(copy.body).toMatchObject({ copy_of: { activation_id, instance: 'sh••.example' } });
});

test('a check with an activation id that is none is 400 and names the field', async () => {
  const license = await openSeats(service, brand, 1);
  expect(await check(license, 'shop.example', 'none')).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '?activation_id' }] },
  });
});
