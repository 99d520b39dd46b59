import { describe, expect, test } from '@jest/globals';
import { Policy } from '../../lib/domain/policy.ts';

describe('a policy', () => {
  test.each([
    {},
    { seat_limit: 1 },
    { seat_limit: 1_000_000 },
    { seat_limit: null },
    { duration: 'P1Y' },
    { duration: 'P6M' },
    { duration: 'P30D' },
    { duration: 'P2W' },
    { duration: 'P1Y6M' },
    { duration: 'P0Y1D' },
    { duration: null },
    { expiry_basis: 'provision' },
    { expiry_basis: 'first_activation' },
    { grace_days: 0 },
    { grace_days: 365 },
    { expiration_strategy: 'restrict' },
    { expiration_strategy: 'maintain' },
    { overage: 'none' },
    { overage: '1.25x' },
    { overage: '1.5x' },
    { overage: '2x' },
    { overage: 'unlimited' },
    { development_sites_free: true },
    { seat_moves_per_30_days: 0 },
    { seat_moves_per_30_days: 100 },
    { seat_moves_per_30_days: null },
    { swap_after_days: 0 },
    { swap_after_days: 365 },
    { swap_after_days: null },
    { staging_hosts: [] },
    { staging_hosts: ['*.wpsc.site', 'preview-*.host.com', 'demo.host.co.uk', '*.host.co.uk', 'a*b.shop.example'] },
    { staging_hosts: Array.from({ length: 20 }, (_, i) => `*.host${i}.example`) },
    { check_interval_hours: 1, offline_days: 1 },
    { check_interval_hours: 168, offline_days: 90 },
  ])('may be %j', async (policy) => {
    expect(await Policy.parseAsync(policy)).toEqual(policy);
  });

  test.each([
    ['seat_limit', 0],
    ['seat_limit', 1_000_001],
    ['seat_limit', 1.5],
    ['seat_limit', '5'],
    ['duration', 'PT1H'],
    ['duration', 'P1DT1H'],
    ['duration', 'P'],
    ['duration', 'P0D'],
    ['duration', 'P0Y0M0D'],
    ['duration', '1Y'],
    ['duration', 'P1.5Y'],
    ['duration', '-P1Y'],
    ['duration', 'P-1Y'],
    ['duration', 'P1M1Y'],
    ['duration', 'p1y'],
    ['duration', 'P100Y'],
    ['duration', 'P1Y\n'],
    ['duration', 365],
    ['expiry_basis', 'purchase'],
    ['expiry_basis', null],
    ['grace_days', -1],
    ['grace_days', 366],
    ['grace_days', null],
    ['expiration_strategy', 'stop'],
    ['overage', '3x'],
    ['overage', 1.5],
    ['development_sites_free', 'yes'],
    ['seat_moves_per_30_days', -1],
    ['seat_moves_per_30_days', 101],
    ['swap_after_days', -1],
    ['swap_after_days', 366],
    ['swap_after_days', '30'],
    ['staging_hosts', '*.wpsc.site'],
    ['staging_hosts', Array.from({ length: 21 }, (_, i) => `*.host${i}.example`)],
    ['check_interval_hours', 0],
    ['check_interval_hours', 169],
    ['check_interval_hours', 1.5],
    ['check_interval_hours', null],
    ['offline_days', 0],
    ['offline_days', 91],
    ['offline_days', null],
  ])('refuses %s: %j and names the field', (field, value) => {
    const parsed = Policy.safeParse({ [field]: value });
    expect(parsed.error?.issues.map((issue) => issue.path)).toEqual([[field]]);
  });

  test.each([
    ['com', 'public suffix'],
    ['*.com', 'public suffix'],
    ['*.co.uk', 'public suffix'],
    ['preview-*.com', 'public suffix'],
    ['staging.*.com.au', 'public suffix'],
    ['*', 'at most one'],
    ['*.*.host.com', 'at most one'],
    ['**.host.com', 'at most one'],
    ['', 'at most one'],
    ['Preview-*.Host.com', 'lower case'],
    ['https://*.host.com', 'host'],
    ['*.host.com/path', 'host'],
    ['*.host.com:8080', 'host'],
    ['*..host.com', 'host'],
    ['-*.host.com', 'host'],
  ])('refuses the pattern %j of staging hosts and names it', async (pattern, reason) => {
    const parsed = await Policy.safeParseAsync({ staging_hosts: ['*.wpsc.site', pattern] });
    expect(parsed.error?.issues).toEqual([
      expect.objectContaining({ path: ['staging_hosts', 1], message: expect.stringContaining(reason) }),
    ]);
  });

  test('refuses an unknown field and names it', () => {
    expect(Policy.safeParse({ seats: 5 }).error?.issues[0]).toMatchObject({
      code: 'unrecognized_keys',
      keys: ['seats'],
    });
  });
});
