import { beforeAll, describe, expect, test } from '@jest/globals';
import { byOperation, type Reply, type TestBrand } from '../support/service/service.ts';
import { useService } from '../support/service/started-service.ts';

const service = useService();
let shop: TestBrand;

beforeAll(async () => {
  shop = await service.brand({ products: {} });
});

let count = 0;
function create(body: object, brand = shop): Promise<Reply> {
  count += 1;
  const params = { brand_id: brand.id };
  const named = { name: 'Acme', slug: `acme-${String(count)}`, ...body };
  return service.call(byOperation('admin_create_product'), { apiKey: service.platformKey, params, body: named });
}
const change = (product: unknown, body: object): Promise<Reply> =>
  service.call(byOperation('admin_update_product'), {
    apiKey: service.platformKey,
    params: { brand_id: shop.id, product: String(product) },
    body,
  });

const taken = (edd_item_id: number) => ({ status: 409, body: { code: 'edd_item_id_taken', edd_item_id } });

describe('an item id', () => {
  test('is none unless it is given', async () => {
    expect(await create({})).toMatchObject({ status: 201, body: { edd_item_id: null, edd_item_name: null } });
  });

  test('is one product’s in its brand, and another brand may use it too', async () => {
    expect(await create({ edd_item_id: 10, edd_item_name: 'Acme Pro' })).toMatchObject({
      status: 201,
      body: { edd_item_id: 10, edd_item_name: 'Acme Pro' },
    });
    expect(await create({ edd_item_id: 10 })).toMatchObject(taken(10));
    expect(await create({ edd_item_id: 10 }, await service.brand({ products: {} }))).toMatchObject({ status: 201 });
  });

  test('is free again once its product has another one or none', async () => {
    const { slug } = (await create({ edd_item_id: 20 })).body;
    expect(await change(slug, { edd_item_id: 21 })).toMatchObject({ status: 200, body: { edd_item_id: 21 } });
    expect(await create({ edd_item_id: 21 })).toMatchObject(taken(21));
    expect(await create({ edd_item_id: 20 })).toMatchObject({ status: 201 });
    expect(await change(slug, { edd_item_id: null })).toMatchObject({ status: 200, body: { edd_item_id: null } });
    expect(await create({ edd_item_id: 21 })).toMatchObject({ status: 201 });
  });

  test('of another product is refused in a change, which then changes nothing', async () => {
    const [one, other] = [await create({ edd_item_id: 30 }), await create({ edd_item_id: 31 })];
    expect(await change(one.body['slug'], { name: 'New', edd_item_id: 31 })).toMatchObject(taken(31));
    const unchanged = await change(one.body['slug'], { edd_item_id: 30 });
    expect(unchanged.body).toEqual(one.body);
    expect(await change(other.body['slug'], { edd_item_id: 31 })).toMatchObject({ status: 200 });
  });

  test('for which ten products are created and ten changed at once goes to one of them', async () => {
    const ten = await Promise.all(Array.from({ length: 10 }, () => create({})));
    const replies = await Promise.all([
      ...ten.map(({ body }) => change(body['slug'], { edd_item_id: 40 })),
      ...Array.from({ length: 10 }, () => create({ edd_item_id: 40 })),
    ]);
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status < 300)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(19);
  });

  test.each([0, -1, 1.5, '85', 1e15, true])('%j is refused by the name of the field', async (edd_item_id) => {
    expect(await create({ edd_item_id })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/edd_item_id' }] },
    });
  });
});
