import { beforeAll, describe, expect, test } from '@jest/globals';
import { openBackOffice, type BackOffice } from '../support/service/back-office.ts';
import { activate } from '../support/service/purchases.ts';
import { useService } from '../support/service/started-service.ts';

let backOffice: BackOffice;
const service = useService();
beforeAll(async () => {
  backOffice = openBackOffice(service, await service.brand({ products: { basic: {} } }));
});

const basic = () => backOffice.buy({ products: ['basic'] });

describe('If-Match', () => {
  test('accepts the current version, *, and a list with the current version', async () => {
    const { id } = await basic();
    const etag = (await backOffice.get(id)).headers['etag'] ?? '';
    const first = await backOffice.change(id, { max_seats: 2 }, { 'if-match': etag });
    expect(first.status).toBe(200);
    expect(first.headers['etag']).toBe((await backOffice.get(id)).headers['etag']);
    expect((await backOffice.change(id, { max_seats: 3 }, { 'if-match': '*' })).status).toBe(200);
    const now = (await backOffice.get(id)).headers['etag'] ?? '';
    expect((await backOffice.change(id, { max_seats: 4 }, { 'if-match': `"x", ${now} , "y"` })).status).toBe(200);
  });

  test('refuses a stale or empty version, and names the current one', async () => {
    const { id } = await basic();
    await backOffice.change(id, { max_seats: 2 });
    for (const ifMatch of ['"1"', '""', '"1", "3"', '"a,b"', 'W/"1,", "2,3"', ', "1" ,,\t"3",']) {
      const reply = await backOffice.change(id, { max_seats: 3 }, { 'if-match': ifMatch });
      expect(reply).toMatchObject({ status: 412, body: { code: 'stale_version', etag: '"2"' } });
    }
    expect((await backOffice.get(id)).body['seat_limit']).toBe(2);
  });

  test.each([
    ['W/"1"', 412, 'weak_etag'],
    ['"7", W/"1"', 412, 'weak_etag'],
    ['1', 400, 'bad_request'],
    ['W/1', 400, 'bad_request'],
    ['"7", 1', 400, 'bad_request'],
    ['"7" "8"', 400, 'bad_request'],
    ['"7,8', 400, 'bad_request'],
    [',', 400, 'bad_request'],
  ])('refuses %s with %i %s, and does not claim that the license has changed', async (ifMatch, status, code) => {
    const { id } = await basic();
    expect((await backOffice.get(id)).headers['etag']).toBe('"1"');
    const reply = await backOffice.change(id, { max_seats: 3 }, { 'if-match': ifMatch });
    expect(reply).toMatchObject({ status, body: { code } });
    expect(reply.text).not.toContain('has changed');
    expect((await backOffice.get(id)).body['seat_limit']).toBe(1);
  });

  test('refuses a version from before an activation', async () => {
    const { id, site } = await basic();
    const { etag = '' } = (await backOffice.get(id)).headers;
    await activate(service, site('one'));
    expect((await backOffice.change(id, { max_seats: 2 }, { 'if-match': etag })).status).toBe(412);
  });
});
