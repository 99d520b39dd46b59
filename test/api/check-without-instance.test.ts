import { afterAll, describe, expect, test } from '@jest/globals';
import { checkLicense, checkLicenseByPost } from '../../lib/api/check.ts';
import type { CheckAnswer } from '../../lib/api/schemas/verdict.ts';
import { activate, firstOf, purchase } from '../support/service/purchases.ts';
import { overwrite, storedLicense } from '../support/table/whole-table.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';
import { inMs, stopClock } from '../support/run/clock.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

// Answers of different seconds differ in the times that they give.
stopClock('2099-01-01T00:00:00Z');

const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
afterAll(() => proxy.stop());

type Bought = { license_key: string; ids: string[] };
async function buy(products = ['wp-rocket'], more: object = {}): Promise<Bought> {
  const { license_key, licenses } = await purchase(service, brand, { products, license_key: 'new', ...more });
  return { license_key: license_key.key, ids: licenses.map(({ id }) => id) };
}
async function alone(license_key: string, product?: string): Promise<CheckAnswer> {
  const reply = await service.call(checkLicense, {
    query: { license_key, ...(product === undefined ? {} : { product }) },
  });
  if (reply.status !== 200) throw new Error(reply.text);
  return reply.body as CheckAnswer;
}
const change = async ({ ids }: Bought, to: Record<string, unknown>): Promise<void> =>
  overwrite(service, (await storedLicense(service, firstOf(ids))).item, to);

const PAST = inMs(-5 * DAY_MS);
const NO = { is_valid: false, may_update: false };
const YES = { is_valid: true, may_update: true };

describe('a check without an instance', () => {
  test.each([
    ['valid', {}, {}, YES],
    ['valid_in_grace', { expires_at: PAST }, { policy: { grace_days: 30 } }, YES],
    ['expired', { expires_at: PAST }, { policy: { grace_days: 1 } }, NO],
    ['expired', { expires_at: PAST }, { policy: { expiration_strategy: 'maintain' } }, NO],
    ['suspended', { status: 'suspended' }, {}, NO],
    ['cancelled', { status: 'cancelled' }, {}, NO],
  ])('answers %s for a license with %j %j, whether or not a site is active', async (code, state, terms, says) => {
    const bought = await buy(['wp-rocket'], terms);
    const { license_key } = bought;
    for (const isActive of [false, true]) {
      if (isActive) await activate(service, { license_key, instance_identifier: 'https://shop.example' });
      await change(bought, state);
      const answer = await alone(license_key);
      expect(answer).toMatchObject({
        code,
        ...says,
        may_run: null,
        is_activated: null,
        activation: null,
        licenses: [],
      });
      expect(answer.license).toMatchObject({ id: firstOf(bought.ids), seats_used: isActive ? 1 : 0 });
      await change(bought, { ...state, expires_at: null, status: 'valid' });
    }
  });

  test('gets the same answer by GET, POST, form and header', async () => {
    const { license_key } = await buy();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const { checked_at: _at, ...expected } = await alone(license_key);
    for (const [route, request] of [
      [checkLicenseByPost, { body: { license_key } }],
      [checkLicenseByPost, { rawBody: new URLSearchParams({ license_key }).toString(), headers: form }],
      [checkLicense, { headers: { 'x-license-key': license_key } }],
    ] as const)
      expect((await service.call(route, request)).body).toMatchObject(expected);
  });

  test('without a product gives a verdict for each license, and one for all of them', async () => {
    const bought = await buy(['wp-rocket', 'imagify']);
    await change(bought, { status: 'suspended' });
    const answer = await alone(bought.license_key);
    expect(answer).toMatchObject({ code: 'valid', ...YES, may_run: null, is_activated: null, license: null });
    expect(answer.licenses).toHaveLength(2);
    expect(answer.licenses).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ code: 'suspended', ...NO, may_run: null, is_activated: null }),
        expect.objectContaining({ code: 'valid', ...YES, may_run: null, is_activated: null }),
      ]),
    );
    expect(answer.licenses.map(({ license }) => license.id).sort()).toEqual(bought.ids.toSorted());
    for (const { activation } of answer.licenses) expect(activation).toBeNull();
  });

  test('answers product_not_on_key for a missing product, and 404 for an unknown key', async () => {
    const { license_key } = await buy();
    expect(await alone(license_key, 'imagify')).toMatchObject({
      code: 'product_not_on_key',
      ...NO,
      may_run: null,
      is_activated: null,
      license: null,
      activation: null,
    });
    const unknown = license_key.replace(/^[^-]+/, 'NOBODY');
    expect(await service.call(checkLicense, { query: { license_key: unknown } })).toMatchObject({
      status: 404,
      body: { code: 'license_key_not_found' },
    });
  });

  test('costs one read, or two without a product, and writes nothing', async () => {
    const { license_key } = await buy(['wp-rocket', 'imagify']);
    await activate(service, { license_key, product: 'wp-rocket', instance_identifier: 'https://shop.example' });
    const before = await fingerprint(service);
    proxy.asked.length = 0;
    await alone(license_key, 'wp-rocket');
    expect(proxy.asked.map(({ operation }) => operation)).toEqual(['BatchGetItem']);
    await alone(license_key);
    expect(proxy.asked.map(({ operation }) => operation)).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
    expect(await fingerprint(service)).toBe(before);
  });
});

test.each([
  [{ instance_type: 'url' }, 'instance_type'],
  [{ instance_type: 'machine_id' }, 'instance_type'],
  [{ instance_identifier: '' }, 'instance_identifier'],
  [{ instance_identifier: ' ' }, 'instance_identifier'],
])('%j is refused by the field’s name, as an instance must be given in full or not at all', async (fields, name) => {
  const { license_key } = await buy();
  for (const [route, request, pointer] of [
    [checkLicense, { query: { license_key, ...fields } }, `?${name}`],
    [checkLicenseByPost, { body: { license_key, ...fields } }, `/${name}`],
  ] as const) {
    const { status, body } = await service.call(route, request);
    expect({ status, errors: body['errors'] }).toEqual({
      status: 400,
      errors: [{ pointer, message: expect.any(String) }],
    });
  }
});
