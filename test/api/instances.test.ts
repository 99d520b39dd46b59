import { describe, expect, test } from '@jest/globals';
import { listActivations } from '../../lib/api/activations.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { listLicenseEvents } from '../../lib/api/events.ts';
import { checkLicenseByPost } from '../../lib/api/check.ts';
import { activate, check, deactivate, firstOf, purchase, verdict, type Site } from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { NO_SITES, SPELLINGS_OF_A_PATH, SPELLINGS_OF_A_SHOP } from '../support/inputs/site-spellings.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

type Entry = { id: string; instance_identifier: string; status: string };
const service = useService();
const brand = useBrand(service);

async function buy(max_seats = 1): Promise<{ id: string; license_key: string }> {
  const { license_key, licenses } = await purchase(service, brand, { max_seats, license_key: 'new' });
  return { id: firstOf(licenses).id, license_key: license_key.key };
}
const seats = async (license_id: string): Promise<Reply> =>
  service.call(listActivations, { apiKey: brand.apiKey, params: { license_id } });
const found = async (query: Record<string, string>): Promise<string[]> => {
  const reply = await service.call(listLicenses, { apiKey: brand.apiKey, query });
  return (reply.body['licenses'] as { id: string }[]).map(({ id }) => id);
};

describe('one instance in different spellings', () => {
  test.each([
    ['a shop', SPELLINGS_OF_A_SHOP],
    ['a path', SPELLINGS_OF_A_PATH],
  ])('takes one seat as the URL of %s', async (_what, spellings) => {
    const { id, license_key } = await buy();
    const ids = new Set<unknown>();
    for (const instance_identifier of spellings) {
      const reply = await activate(service, { license_key, instance_identifier });
      expect({ instance_identifier, status: reply.status }).toEqual({
        instance_identifier,
        status: ids.size === 0 ? 201 : 200,
      });
      ids.add(reply.body['activation_id']);
    }
    expect(ids.size).toBe(1);
    expect((await seats(id)).body['activations']).toHaveLength(1);
  });

  test('is found by its displayed spelling in a search, a check and a deactivation', async () => {
    for (const given of SPELLINGS_OF_A_SHOP.filter((_, i) => i % 5 === 0)) {
      const { id, license_key } = await buy();
      await activate(service, { license_key, instance_identifier: given });
      const [seat] = (await seats(id)).body['activations'] as Entry[];
      const site: Site = { license_key, instance_identifier: seat?.instance_identifier ?? '' };
      expect({ given, code: (await verdict(service, site)).code }).toEqual({ given, code: 'valid' });
      expect(await found({ instance: site.instance_identifier, limit: '100' })).toContain(id);
      expect((await deactivate(service, site)).body).toMatchObject({ status: 'deactivated', seats_used: 0 });
    }
  });

  test('is refused by name if it is ambiguous, and takes no seat', async () => {
    const { id, license_key } = await buy();
    for (const instance_identifier of NO_SITES) {
      for (const call of [activate, deactivate, check]) {
        const reply = await call(service, { license_key, instance_identifier });
        expect({ instance_identifier, status: reply.status, errors: reply.body['errors'] }).toEqual({
          instance_identifier,
          status: 400,
          errors: [{ pointer: expect.stringMatching(/^[/?]instance_identifier$/), message: expect.any(String) }],
        });
        expect(reply.text).not.toContain('secret');
      }
    }
    expect((await seats(id)).body['activations']).toEqual([]);
  });

  test.each([
    ['hostname', ['web-01', 'WEB-01.', '\u200bweb\u00ad-01', '"web-01"', 'ｗｅｂ-01']],
    ['machine_id', ['B\u00fcro 7', 'Bu\u0308ro 7', '\ufeffB\u00fcro\u200b 7 ']],
  ])('takes one seat as a %s', async (instance_type, spellings) => {
    const { id, license_key } = await buy();
    for (const instance_identifier of spellings)
      expect((await activate(service, { license_key, instance_identifier, instance_type })).status).toBeLessThan(202);
    expect((await seats(id)).body['activations']).toHaveLength(1);
    expect(await found({ instance: spellings[1] ?? '', instance_type })).toContain(id);
  });
});

describe('a secret in an instance', () => {
  const SECRET = 'hunter2hunter2';
  const sites = [
    `https://admin:${SECRET}@a.example/shop`,
    `https://${SECRET}@b.example`,
    `https://c.example/?token=${SECRET}`,
    `d.example/shop#${SECRET}`,
    `http://https://admin:${SECRET}@e.example?${SECRET}#${SECRET}`,
  ];

  test('does not appear in any answer, list, event, refused call or item', async () => {
    const { id, license_key } = await buy(sites.length);
    const answers: string[] = [];
    for (const instance_identifier of sites) {
      const site = { license_key, instance_identifier };
      const headers = { 'idempotency-key': `key-${instance_identifier.length}-${instance_identifier.slice(-3)}` };
      answers.push((await activate(service, site, { headers })).text, (await check(service, site)).text);
      answers.push((await service.call(checkLicenseByPost, { body: site })).text);
      answers.push((await activate(service, { ...site, instance_identifier: `${instance_identifier}1` })).text);
    }
    expect(
      (await activate(service, { license_key, instance_identifier: `https://${SECRET}@full.example` })).status,
    ).toBe(422);
    expect((await deactivate(service, { license_key, instance_identifier: `never.example?${SECRET}` })).status).toBe(
      404,
    );
    for (const instance_identifier of sites)
      answers.push((await deactivate(service, { license_key, instance_identifier })).text);
    const shown = await seats(id);
    const history = await service.call(listLicenseEvents, { apiKey: brand.apiKey, params: { license_id: id } });
    expect(history.text).toContain('https://c.example/');
    expect(shown.text).toContain('https://full.example');
    expect(shown.text).toContain('never.example');
    expect(JSON.stringify([answers, shown.text, history.text])).not.toContain(SECRET);
    expect(JSON.stringify(await wholeTable(service))).not.toContain(SECRET);
  });

  test('does not make it a different site', async () => {
    const { license_key } = await buy();
    for (const end of ['', '?token=1', '?token=2', '#x'])
      await activate(service, { license_key, instance_identifier: `https://u:${end.length}@shop.example/${end}` });
    expect(await verdict(service, { license_key, instance_identifier: 'shop.example' })).toMatchObject({
      code: 'valid',
      license: { seats_used: 1 },
    });
  });

  test('is refused in a machine id, which cannot be shortened without ambiguity', async () => {
    const { license_key } = await buy();
    const instance_identifier = `https://admin:${SECRET}@a.example`;
    const reply = await activate(service, { license_key, instance_identifier, instance_type: 'machine_id' });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/instance_identifier' }] } });
    expect(reply.text).not.toContain(SECRET);
  });
});
