import { describe, expect, test } from '@jest/globals';
import { activateLicense } from '../../lib/api/activate.ts';
import { issueToken } from '../../lib/api/tokens.ts';
import type { Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import { activate, purchase } from '../support/service/purchases.ts';
import { assertKeepsContract, BrokenContract, fieldFaults, refusalsOf } from '../support/service/route-contract.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const rows = routes.map((route): [string, Route] => [route.operation, route]);
const problem = (code: string) => ({ status: 409, headers: {}, body: { code } });
const service = useService();
const brand = useBrand(service, { products: { 'wp-rocket': { policy: { seat_limit: 1 } } } });

describe('the contract check of refusals', () => {
  test.each(rows)('%s: rejects an answer with a code that is missing from the route’s refusals', (_, route) => {
    if (route.oauth === true) return;
    for (const code of refusalsOf(route)) {
      expect(() => assertKeepsContract(route, problem(code))).not.toThrow();
      const refusals = route.refusals.filter((one) => one !== code);
      const struck = () => assertKeepsContract({ ...route, refusals }, problem(code));
      if (route.refusals.includes(code)) expect(struck).toThrow(BrokenContract);
    }
  });

  test('rejects a real answer with a code that is missing from the route’s refusals', async () => {
    const { license_key } = await purchase(service, brand);
    const site = (n: number) => ({
      license_key: license_key.key,
      instance_identifier: `https://shop-${String(n)}.example.com`,
    });
    expect((await activate(service, site(1))).status).toBe(201);
    expect((await activate(service, site(2))).body['code']).toBe('seat_limit_reached');
    const struck = {
      ...activateLicense,
      refusals: activateLicense.refusals.filter((code) => code !== 'seat_limit_reached'),
    };
    await expect(service.call(struck, { body: site(3) })).rejects.toThrow(
      'activate_license: answers seat_limit_reached, which is not among its refusals',
    );
  });

  test('rejects an OAuth error that is missing from the route’s refusals', () => {
    const refused = { status: 400, headers: {}, body: { error: 'invalid_scope' } };
    expect(() => assertKeepsContract(issueToken, refused)).not.toThrow();
    const refusals = issueToken.refusals.filter((code) => code !== 'scope_not_grantable');
    expect(() => assertKeepsContract({ ...issueToken, refusals }, refused)).toThrow(BrokenContract);
  });
});

describe('the contract check of fields', () => {
  test.each(rows)('%s: accepts the examples, whose fields are in the order of the schema', (_, route) => {
    for (const { body, example } of route.success) expect(fieldFaults(body, example)).toEqual([]);
  });

  test('rejects fields that are out of order or missing from the schema', () => {
    const [success] = activateLicense.success;
    const { license_id, ...rest } = success.example;
    expect(fieldFaults(success.body, { ...rest, license_id })).not.toEqual([]);
    expect(fieldFaults(success.body, { ...success.example, more: 1 })).not.toEqual([]);
  });
});
