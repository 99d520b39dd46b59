import { beforeAll, describe, expect, test } from '@jest/globals';
import { listActivations } from '../../lib/api/activations.ts';
import { activate, deactivate, firstOf, purchase } from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { upTo } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

type Entry = { id: string; status: string };
let license_id: string;
const service = useService();
const brand = useBrand(service);
beforeAll(async () => {
  const { license_key, licenses } = await purchase(service, brand, { max_seats: null });
  license_id = firstOf(licenses).id;
  for (const n of upTo(9)) {
    const site = { license_key: license_key.key, instance_identifier: `https://site-${String(n)}.example` };
    await activate(service, site);
    if (n % 3 === 0) await deactivate(service, site);
  }
});

const list = (query: Record<string, string>): Promise<Reply> =>
  service.call(listActivations, { apiKey: brand.apiKey, params: { license_id }, query });

describe('a list of a license’s activations', () => {
  test.each([
    ['active', 6],
    ['deactivated', 3],
  ])('contains every %s activation and no other, for any page size', async (status, count) => {
    for (const limit of ['100', '2', '1']) {
      const ids = new Set<string>();
      let cursor: unknown;
      do {
        const { body } = await list({ status, limit, ...(typeof cursor === 'string' ? { cursor } : {}) });
        for (const entry of body['activations'] as Entry[]) {
          expect(entry.status).toBe(status);
          ids.add(entry.id);
        }
        cursor = body['next_cursor'];
      } while (cursor !== null);
      expect(ids.size).toBe(count);
    }
  });

  test('contains all activations without a status filter, and shows refused calls on the first page', async () => {
    expect((await list({})).body['activations']).toHaveLength(9);
    expect((await list({ status: 'active' })).body).toHaveProperty('refused_calls');
  });

  test('refuses a cursor that belongs to another status filter', async () => {
    const first = await list({ status: 'active', limit: '2' });
    const cursor = String(first.body['next_cursor']);
    for (const query of [{ status: 'deactivated' }, {}])
      expect(await list({ ...query, cursor })).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
    expect((await list({ status: 'active', cursor })).status).toBe(200);
  });

  test.each(['valid', 'ACTIVE', '', 'active,deactivated'])(
    'refuses the status %j and names the field',
    async (status) => {
      expect(await list({ status })).toMatchObject({ status: 400, body: { errors: [{ pointer: '?status' }] } });
    },
  );
});
