import { beforeAll, describe, expect, test } from '@jest/globals';
import { explainLicense } from '../../lib/api/explain.ts';
import { cancelLicense, suspendLicense } from '../../lib/api/license-lifecycle.ts';
import type { Explanation } from '../../lib/api/schemas/explanation.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { activate, deactivate, firstOf, purchase, verdict } from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { bytesOf, pointersOf } from '../support/service/world.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

beforeAll(() => stopClock('2026-05-31T10:00:00Z'));
const service = useService();
const brand = useBrand(service);

const explain = (license_id: string, query: Record<string, string> = {}, apiKey = brand.apiKey): Promise<Reply> =>
  service.call(explainLicense, { apiKey, params: { license_id }, query });
const SITE = 'https://shop.example';

async function bought(body: object = {}): Promise<{ id: string; key: string }> {
  const { license_key, licenses } = await purchase(service, brand, { policy: { duration: 'P1M' }, ...body });
  return { id: firstOf(licenses).id, key: license_key.key };
}

async function explained(id: string, instance?: string): Promise<Explanation> {
  const reply = await explain(id, instance === undefined ? {} : { instance });
  expect(reply.status).toBe(200);
  return reply.body as Explanation;
}

const rulesOf = ({ chain }: Explanation): string[] =>
  chain.map(({ rule, holds }) => `${rule} ${holds ? 'holds' : 'fails'}`);

describe('an explanation', () => {
  test('is the verdict of the check with its reasons, for a site in any spelling', async () => {
    const { id, key } = await bought();
    await activate(service, { license_key: key, instance_identifier: SITE });
    const { may_run, may_update, code } = await verdict(service, { license_key: key, instance_identifier: SITE });
    const explanation = await explained(id, 'WWW.Shop.Example/');
    expect(explanation.verdict).toEqual({ may_run, may_update, code });
    expect(rulesOf(explanation)).toEqual([
      'key holds',
      'product holds',
      'status holds',
      'expiry holds',
      'instance holds',
    ]);
  });

  test('is about the license alone when no instance is named', async () => {
    const { id } = await bought();
    const explanation = await explained(id);
    expect(explanation.verdict).toEqual({ may_run: null, may_update: true, code: 'valid' });
    expect(rulesOf(explanation).at(-1)).toBe('expiry holds');
  });

  test('follows a site that was deactivated, a license that expired, was suspended and was cancelled', async () => {
    const { id, key } = await bought({ policy: { duration: 'P1M', grace_days: 3 } });
    const site = { license_key: key, instance_identifier: SITE };
    const params = { license_id: id };
    expect((await explained(id, SITE)).chain.at(-1)?.because).toBe(`The license was never active on ${SITE}.`);
    await activate(service, site);
    await deactivate(service, site);
    expect((await explained(id, SITE)).verdict.code).toBe('not_activated');
    await activate(service, site);
    moveClock(31 * DAY_MS);
    expect((await explained(id, SITE)).verdict.code).toBe('valid_in_grace');
    moveClock(4 * DAY_MS);
    const over = await explained(id, SITE);
    expect(over.verdict).toEqual({ may_run: false, may_update: false, code: 'expired' });
    expect(rulesOf(over).slice(3)).toEqual(['expiry fails', 'grace fails', 'maintenance fails']);
    await service.call(suspendLicense, { apiKey: brand.apiKey, params });
    expect((await explained(id, SITE)).verdict.code).toBe('suspended');
    await service.call(cancelLicense, { apiKey: brand.apiKey, params });
    expect((await explained(id, SITE)).verdict.code).toBe('cancelled');
  });

  test('names the later license with which a key answers for the same product', async () => {
    const { id, key } = await bought();
    await service.call(cancelLicense, { apiKey: brand.apiKey, params: { license_id: id } });
    await purchase(service, brand, { license_key: key, customer_email: await emailOf(id) });
    expect(rulesOf(await explained(id)).slice(1)).toEqual(['product fails', 'status fails']);
  });

  test('writes nothing: the site does not count as seen', async () => {
    const { id, key } = await bought();
    await activate(service, { license_key: key, instance_identifier: SITE });
    moveClock(2 * DAY_MS);
    await explain(id);
    const before = await wholeTable(service);
    await explained(id, SITE);
    const after = await wholeTable(service);
    const isCounted = ({ pk }: { pk?: unknown }): boolean => /#rate#|#api-key#/.test(String(pk));
    expect(after.filter((item) => !isCounted(item))).toEqual(before.filter((item) => !isCounted(item)));
  });

  test.each([
    [{ instance: 'not a site' }, '?instance'],
    [{ instance: '' }, '?instance'],
    [{ instance: 'x'.repeat(1025) }, '?instance'],
    [{ instance_type: 'hostname' }, '?instance_type'],
    [{ instance: SITE, instance_type: 'phone' }, '?instance_type'],
  ])('refuses %p and names the field', async (query, pointer) => {
    const { id } = await bought();
    const reply = await explain(id, query);
    expect(reply.status).toBe(400);
    expect(pointersOf(reply)).toContain(pointer);
  });

  test('is the same refusal for a license of another brand as for none', async () => {
    const { id } = await bought();
    const other = await service.brand();
    const [foreign, none] = await Promise.all([
      explain(id, {}, other.apiKey),
      explain('01938c5b-11aa-7b3c-8d4e-2f60718293a4', {}, other.apiKey),
    ]);
    expect(foreign.status).toBe(404);
    expect(bytesOf(foreign)).toBe(bytesOf(none));
  });
});

async function emailOf(license_id: string): Promise<string> {
  const { getLicense } = await import('../../lib/api/licenses.ts');
  const { body } = await service.call(getLicense, { apiKey: brand.apiKey, params: { license_id } });
  return (body['license_key'] as { customer_email: string }).customer_email;
}
