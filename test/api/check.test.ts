import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { checkLicense, checkLicenseByPost } from '../../lib/api/check.ts';
import { errorAnswer } from '../support/table/fault-proxy.ts';
import { activate, check, deactivate, firstOf, purchase, verdict, type Site } from '../support/service/purchases.ts';
import { overwrite, storedLicense, upTo } from '../support/table/whole-table.ts';
import { useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';
import { stopClock } from '../support/run/clock.ts';
import { MINUTE_MS, DAY_MS } from '../../lib/domain/time.ts';

// Answers of different seconds differ in the times that they give.
stopClock('2099-01-01T00:00:00Z');

const TWENTY = upTo(20).map((n) => `product-${n}`);
const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service, {
  products: Object.fromEntries(['wp-rocket', 'imagify', ...TWENTY].map((slug) => [slug, {}])),
});
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

/** The DynamoDB operations that an action sends. */
async function operations(run: () => Promise<unknown>): Promise<string[]> {
  proxy.asked.length = 0;
  await run();
  return proxy.asked.map(({ operation }) => operation);
}

async function keyWith(
  products: string[],
  more: object = {},
): Promise<{ license_key: string; licenses: { id: string; product_id: string; product_slug: string }[] }> {
  const { license_key, licenses } = await purchase(service, brand, { products, max_seats: 3, ...more });
  return { license_key: license_key.key, licenses };
}

describe('a check', () => {
  test.each([1, 20])('costs one read on a key with %d products, by slug and by id, active or not', async (count) => {
    const { license_key, licenses } = await keyWith(TWENTY.slice(0, count));
    const { product_slug, product_id } = firstOf(licenses.slice(-1));
    const site = { license_key, instance_identifier: 'https://shop.example' };
    for (const product of [product_slug, product_id, product_id.toUpperCase()]) {
      expect(await operations(() => verdict(service, { ...site, product }))).toEqual(['BatchGetItem']);
    }
    await activate(service, { ...site, product: product_slug });
    for (const product of [product_slug, product_id]) {
      expect(
        await operations(async () =>
          expect(await verdict(service, { ...site, product })).toMatchObject({ code: 'valid' }),
        ),
      ).toEqual(['BatchGetItem']);
    }
  });

  test('costs two reads without a product', async () => {
    const { license_key } = await keyWith(TWENTY);
    expect(
      await operations(() => verdict(service, { license_key, instance_identifier: 'https://shop.example' })),
    ).toHaveLength(2);
  });

  test('costs a read and a count for an unknown key, nothing for a mistyped one, with equal answers', async () => {
    const { license_key } = await keyWith(['wp-rocket']);
    const last = license_key.endsWith('0') ? '1' : '0';
    const answers: unknown[] = [];
    const ask = (key: string) =>
      operations(async () =>
        answers.push(await check(service, { license_key: key, instance_identifier: 'https://shop.example' })),
      );
    expect(await ask(license_key.slice(0, -1) + last)).toEqual([]);
    expect(await ask(license_key.replace(/^[^-]+/, 'NOBODY'))).toEqual(['BatchGetItem', 'UpdateItem']);
    const [mistyped, unknown] = (answers as { status: number; body: Record<string, unknown> }[]).map(
      ({ status, body }) => ({
        status,
        ...body,
        // It follows from the text of the key: see failed-lookups.test.ts.
        next_check_at: '',
        request_id: '',
      }),
    );
    expect(mistyped).toMatchObject({ status: 404, code: 'license_key_not_found' });
    expect(mistyped).toEqual(unknown);
  });

  test('costs one read for a key in lower case with a missing dash', async () => {
    const { license_key } = await keyWith(['wp-rocket']);
    const typed = license_key.toLowerCase().replace(/-(?=[^-]*$)/, '');
    const site = { license_key: typed, product: 'wp-rocket', instance_identifier: 'https://shop.example' };
    expect(
      await operations(async () => expect(await verdict(service, site)).toMatchObject({ is_valid: true })),
    ).toEqual(['BatchGetItem']);
  });
});

describe('a check without a product', () => {
  test('answers for the only license as if its product were named', async () => {
    const { license_key, licenses } = await keyWith(['wp-rocket']);
    const site = { license_key, instance_identifier: 'https://shop.example' };
    await activate(service, site);
    expect(await verdict(service, site)).toMatchObject({
      code: 'valid',
      license: { id: firstOf(licenses).id },
      licenses: [],
      activation: { id: expect.any(String) },
    });
  });

  test('gives a verdict for each of several licenses, and the best one as the overall verdict', async () => {
    const { license_key, licenses } = await keyWith(['wp-rocket', 'imagify', 'product-1']);
    const site = { license_key, instance_identifier: 'https://shop.example' };
    await activate(service, { ...site, product: 'imagify' });
    const cancelled = licenses.find(({ product_slug }) => product_slug === 'product-1')?.id ?? '';
    await overwrite(service, (await storedLicense(service, cancelled)).item, { status: 'cancelled' });
    const answer = await verdict(service, site);
    expect(answer).toMatchObject({
      code: 'valid',
      may_run: true,
      is_valid: true,
      is_activated: true,
      license: null,
      activation: null,
    });
    const codes = Object.fromEntries(answer.licenses.map(({ license, code }) => [license.product.slug, code]));
    expect(codes).toEqual({ imagify: 'valid', 'wp-rocket': 'not_activated', 'product-1': 'cancelled' });
    expect(await activate(service, site)).toMatchObject({ status: 422, body: { code: 'product_required' } });
  });
});

test('a product that is not on the key is a verdict of a check and a refusal of an activation', async () => {
  const { license_key } = await keyWith(['wp-rocket']);
  for (const product of ['imagify', 'unknown', '01900000-0000-7000-8000-000000000000']) {
    const site = { license_key, product, instance_identifier: 'https://shop.example' };
    const nothing = {
      may_run: false,
      may_update: false,
      is_valid: false,
      is_activated: false,
      license: null,
      activation: null,
      licenses: [],
    };
    expect(await verdict(service, site)).toMatchObject({ code: 'product_not_on_key', ...nothing });
    expect(await activate(service, site)).toMatchObject({
      status: 422,
      body: { code: 'product_not_on_key', products: ['wp-rocket'] },
    });
  }
});

test('GET, POST, JSON, form, body and header get the same answer', async () => {
  const { license_key } = await keyWith(['wp-rocket']);
  const site = { license_key, product: 'wp-rocket', instance_identifier: 'https://shop.example' };
  await activate(service, site);
  const { license_key: _key, ...rest } = site;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const replies = await Promise.all([
    service.call(checkLicense, { query: site }),
    service.call(checkLicense, { query: rest, headers: { 'X-License-Key': license_key } }),
    service.call(checkLicenseByPost, { body: { ...site, from_a_newer_plugin: true } }),
    service.call(checkLicenseByPost, { rawBody: new URLSearchParams(site).toString(), headers: form }),
  ]);
  for (const { status, body } of replies)
    expect({ status, ...body, checked_at: '' }).toEqual({ status: 200, ...replies[0].body, checked_at: '' });
});

test.each([
  ['suspended', { status: 'suspended' }, 'suspended', 'license_suspended'],
  ['cancelled', { status: 'cancelled' }, 'cancelled', 'license_cancelled'],
  ['expired', { expires_at: '2026-01-01T00:00:00Z' }, 'expired', 'license_expired'],
])(
  'a license that is %s is reported by the next check, refuses an activation and accepts a deactivation',
  async (_case, change, code, refusal) => {
    const { license_key, licenses } = await keyWith(['wp-rocket']);
    const site = { license_key, product: 'wp-rocket', instance_identifier: 'https://shop.example' };
    await activate(service, site);
    await overwrite(service, (await storedLicense(service, firstOf(licenses).id)).item, change);
    expect(await verdict(service, site)).toMatchObject({ code, may_run: false, is_valid: false, is_activated: true });
    expect(await activate(service, { ...site, instance_identifier: 'https://other.example' })).toMatchObject({
      status: 422,
      body: { code: refusal },
    });
    expect(await deactivate(service, site)).toMatchObject({ status: 200, body: { seats_used: 0 } });
  },
);

describe('last_checked_at', () => {
  async function activeSince(lastCheckedMs: number): Promise<{ site: Site; lastChecked: () => Promise<unknown> }> {
    const { license_key, licenses } = await keyWith(['wp-rocket']);
    const site = { license_key, product: 'wp-rocket', instance_identifier: 'https://shop.example' };
    await activate(service, site);
    const stored = () => storedLicense(service, firstOf(licenses).id);
    await overwrite(service, firstOf((await stored()).seats), {
      last_checked_at: new Date(lastCheckedMs).toISOString().replace(/\.\d+/, ''),
    });
    return { site, lastChecked: async () => firstOf((await stored()).activations).last_checked_at };
  }

  test('is written once a day, with one more request', async () => {
    const { site, lastChecked } = await activeSince(Date.now() - DAY_MS - 1000);
    const before = await lastChecked();
    expect(await operations(() => verdict(service, site))).toEqual(['BatchGetItem', 'UpdateItem']);
    const noted = await lastChecked();
    expect(noted).not.toBe(before);
    expect((await verdict(service, site)).activation?.last_checked_at).toBe(noted);
    expect(await operations(() => verdict(service, site))).toEqual(['BatchGetItem']);
  });

  test('is not written again within a day', async () => {
    const { site, lastChecked } = await activeSince(Date.now() - DAY_MS + MINUTE_MS);
    const before = await lastChecked();
    expect(await operations(() => verdict(service, site))).toEqual(['BatchGetItem']);
    expect(await lastChecked()).toBe(before);
  });

  test.each([
    ['throttled', () => Promise.resolve(errorAnswer('ThrottlingException'))],
    ['refused', () => Promise.resolve(errorAnswer('AccessDeniedException'))],
    ['lost', () => Promise.resolve('lost' as const)],
    ['held up by other writers', () => Promise.resolve(errorAnswer('TransactionConflictException'))],
    ['not answered', () => new Promise<never>(() => undefined)],
  ])('may fail to be written (%s) without changing the verdict', async (_fault, fault) => {
    const { site, lastChecked } = await activeSince(Date.now() - 2 * DAY_MS);
    const before = await lastChecked();
    proxy.asked.length = 0;
    proxy.tamper = ({ operation }, forward) => (operation === 'UpdateItem' ? fault() : forward());
    expect(await verdict(service, site)).toMatchObject({
      code: 'valid',
      may_run: true,
      activation: { last_checked_at: before },
    });
    // The verdict does not wait for the note until its own deadline.
    expect(proxy.asked.filter(({ operation }) => operation === 'UpdateItem').length).toBeLessThan(10);
    expect(await lastChecked()).toBe(before);
  });
});
