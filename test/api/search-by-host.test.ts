import { describe, expect, test } from '@jest/globals';
import { idsIn, pagesOf } from '../support/service/license-searches.ts';
import type { Bought } from '../support/service/back-office.ts';
import { activate, firstOf } from '../support/service/purchases.ts';
import { byOperation } from '../support/service/service.ts';
import { upTo, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useLicenseSearches, useBackOffice, useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useBrand(service);
const backOffice = useBackOffice(service, shop);
const searches = useLicenseSearches(service, shop);

/** A license that is active on these instances. */
async function activeOn(identifiers: readonly string[], instance_type = 'url'): Promise<Bought> {
  const bought = await backOffice.buy({ max_seats: null });
  await sit(bought.key, identifiers, instance_type);
  return bought;
}

async function sit(license_key: string, identifiers: readonly string[], instance_type = 'url'): Promise<void> {
  for (const instance_identifier of identifiers) {
    const reply = await activate(service, { license_key, product: 'wp-rocket', instance_identifier, instance_type });
    expect({ status: reply.status, text: reply.status === 201 ? '' : reply.text }).toEqual({ status: 201, text: '' });
  }
}

const found = async (instance: string, more: Record<string, string> = {}): Promise<string[]> =>
  idsIn(await searches.own({ instance, ...more }));

describe('a search by host', () => {
  test('finds all of its paths in any spelling, and a search by path only that path', async () => {
    const shopAndBlog = await activeOn(['https://multi.example/shop', 'https://www.multi.example/blog']);
    const blogAndRoot = await activeOn(['http://multi.example/blog/', 'https://multi.example']);
    const both = [blogAndRoot.id, shopAndBlog.id];
    for (const host of ['multi.example', 'https://multi.example/', 'http://www.MULTI.example:443/?x=1#y'])
      expect(await found(host)).toEqual(both);
    expect(await found('multi.example/shop')).toEqual([shopAndBlog.id]);
    expect(await found('https://www.multi.example/shop/')).toEqual([shopAndBlog.id]);
    expect(await found('multi.example/blog')).toEqual(both);
    for (const nobodys of ['multi.example/sho', 'multi.example/shop/eu', 'multi.example/Shop', 'multi.example/shop2'])
      expect(await found(nobodys)).toEqual([]);
  });

  test('does not find another port, subdomain or instance type', async () => {
    const { id } = await activeOn(['http://ports.example:8080/shop']);
    expect(await found('ports.example:8080')).toEqual([id]);
    expect(await found('ports.example:8080/shop')).toEqual([id]);
    for (const other of ['ports.example', 'ports.example:8081', 'a.ports.example'])
      expect(await found(other)).toEqual([]);
    expect(await found('ports.example', { instance_type: 'hostname' })).toEqual([]);
  });

  test('compares a hostname and a machine id as a whole', async () => {
    const host = await activeOn(['Build-7.example.'], 'hostname');
    const machine = await activeOn(['rack/7'], 'machine_id');
    expect(await found('build-7.example', { instance_type: 'hostname' })).toEqual([host.id]);
    expect(await found('rack/7', { instance_type: 'machine_id' })).toEqual([machine.id]);
    expect(await found('rack', { instance_type: 'machine_id' })).toEqual([]);
  });

  test('shows each license once, newest first, for many paths and any page size', async () => {
    const paths = (count: number): string[] => upTo(count).map((i) => `https://crowd.example/site-${String(i)}`);
    const licenses = [
      await activeOn(paths(1)),
      await activeOn(paths(60)),
      await activeOn(paths(3)),
      await activeOn(paths(7)),
    ];
    const expected = licenses.map(({ id }) => id).toReversed();
    for (const ask of [searches.own, searches.across, searches.platform])
      for (const limit of ['1', '2', '3', '100'])
        expect((await pagesOf(ask, { instance: 'crowd.example', limit })).flat()).toEqual(expected);
    expect((await pagesOf(searches.own, { instance: 'crowd.example', limit: '1' })).length).toBeLessThanOrEqual(5);
    for (const limit of ['1', '2'])
      expect((await pagesOf(searches.own, { instance: 'crowd.example/site-3', limit })).flat()).toEqual(
        expected.slice(0, 3),
      );
    expect(
      (await pagesOf(searches.own, { instance: 'crowd.example', limit: '1', status: 'suspended' })).flat(),
    ).toEqual([]);
  }, 120_000);

  test('does not find a license transferred without its seats, until it is active there again', async () => {
    const old = upTo(9).map((i) => `https://moved.example/old-${String(i)}`);
    const { id } = await activeOn(old);
    const other = await activeOn(['https://moved.example/other']);
    const moved = await backOffice.transfer(id, { customer_email: 'buyer@example.com', keep_activations: false });
    const { key } = moved.body['license_key'] as { key: string };
    expect((await pagesOf(searches.own, { instance: 'moved.example', limit: '2' })).flat()).toEqual([other.id]);
    await sit(key, ['https://moved.example/old-5']);
    for (const limit of ['1', '2', '100'])
      expect((await pagesOf(searches.own, { instance: 'moved.example', limit })).flat()).toEqual([other.id, id]);
    expect(await found('moved.example/old-5')).toEqual([id]);
    expect(await found('moved.example/old-4')).toEqual([]);
  });

  test('finds the events of each license once', async () => {
    const { id } = await activeOn(upTo(5).map((i) => `https://answered.example/${String(i)}`));
    const reply = await service.call(byOperation('search_events'), {
      apiKey: service.platformKey,
      query: { instance: 'answered.example', type: 'license.provisioned' },
    });
    expect(reply.body['events']).toMatchObject([{ entity: { type: 'license', id } }]);
  });
});

test('an activation is in one index once, with a hash in place of its host and path', async () => {
  const { id } = await activeOn(['https://secret-host.example/secret-path']);
  const items = await wholeTable(service);
  const seats = items.filter(({ group_sk }) => String(group_sk).startsWith(`${id}#`));
  expect(seats).toHaveLength(1);
  const { group_pk, group_sk, due_pk } = firstOf(seats);
  expect(group_pk).toMatch(new RegExp(`^${shop.key_prefix}#host#[0-9a-f]{64}$`));
  expect(group_sk).toMatch(/^[0-9a-f-]{36}#[0-9a-f]{32}$/);
  expect(due_pk).toBeUndefined();
});
