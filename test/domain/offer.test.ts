import { describe, expect, test } from '@jest/globals';
import { chooseRelease, decideUpdateRight, NO_LICENSE, type AskingSite } from '../../lib/domain/offer.ts';
import type { OfferedRelease } from '../../lib/domain/release.ts';
import { isInRollout } from '../../lib/domain/rollout.ts';
import { decideVerdict } from '../../lib/domain/verdict.ts';
import { sampleActivation, sampleLicense } from '../support/service/sample-license.ts';

const release = (version: string, changes: Partial<OfferedRelease> = {}): OfferedRelease => ({
  id: `01900000-0000-7000-8000-0000000000${version.replaceAll('.', '').padStart(2, '0')}`,
  version,
  channel: 'stable',
  requires: null,
  tested: null,
  requires_php: null,
  rollout_percent: 100,
  published_at: '2026-01-01T00:00:00Z',
  size: 1,
  sha256: 'a',
  sha1: 'b',
  upload: 1,
  ...changes,
});
const site = (name: string) => ({ type: 'url', normalised: `${name}.example.com` }) as const;
const stable: AskingSite = { channel: 'stable' };
const chosen = (releases: readonly OfferedRelease[], asking: AskingSite = stable, right = NO_LICENSE) =>
  chooseRelease(releases, asking, right)?.version;

describe('a site is offered', () => {
  test('the highest version of its channel, whatever the order of publishing', () => {
    const all = [release('1.9'), release('1.10'), release('2.0', { channel: 'beta' }), release('1.2')];
    expect(chosen(all)).toBe('1.10');
    expect(chosen(all, { channel: 'beta' })).toBe('2.0');
  });

  test('the stable version on the beta channel, where that is newer', () => {
    expect(chosen([release('2.0'), release('1.9', { channel: 'beta' })], { channel: 'beta' })).toBe('2.0');
  });

  test('the version before, when it goes back', () => {
    const all = [release('1.9'), release('1.10'), release('2.0')];
    expect(chosen(all, { ...stable, olderThan: '2.0' })).toBe('1.10');
    expect(chosen(all, { ...stable, olderThan: '1.9' })).toBeUndefined();
  });

  test('the newest version that its PHP and WordPress can run', () => {
    const all = [release('1.0'), release('2.0', { requires_php: '8.1' }), release('3.0', { requires: '6.5' })];
    expect(chosen(all, { ...stable, php: '7.4.33', wp: '6.1.9' })).toBe('1.0');
    expect(chosen(all, { ...stable, php: '8.1', wp: '6.1.9' })).toBe('2.0');
    expect(chosen(all, { ...stable, php: '8.2.1', wp: '6.5' })).toBe('3.0');
    expect(chosen(all)).toBe('3.0');
  });

  test('nothing, where nothing fits', () => {
    expect(chosen([])).toBeUndefined();
    expect(chosen([release('2.0', { channel: 'beta' })])).toBeUndefined();
  });

  test('the version that it has, even after its rollout was halted', () => {
    const halted = [release('1.0'), release('2.0', { rollout_percent: 0 })];
    expect(chosen(halted, { ...stable, instance: site('a'), installed: '1.0' })).toBe('1.0');
    expect(chosen(halted, { ...stable, instance: site('a'), installed: '2.0' })).toBe('2.0');
  });
});

describe('a license allows', () => {
  const versions = [
    release('1.0', { published_at: '2026-01-01T00:00:00Z' }),
    release('2.0', { published_at: '2026-06-01T00:00:00Z' }),
  ];
  const now = Date.parse('2026-07-01T00:00:00Z');
  const right = (changes: object, isActive = true) => {
    const license = sampleLicense(changes);
    return decideUpdateRight(decideVerdict(license, isActive ? sampleActivation() : undefined, now), license);
  };

  test('versions up to the highest one of its policy, itself included', () => {
    expect(chosen(versions, stable, right({ policy: { max_version: '1.0' } }))).toBe('1.0');
    expect(chosen(versions, stable, right({ policy: { max_version: '2.0' } }))).toBe('2.0');
    expect(chosen(versions, stable, right({ policy: { max_version: '0.9' } }))).toBeUndefined();
  });

  test('versions published before its expiry if it only keeps running, and none from that second on', () => {
    const kept = (expires_at: string) => right({ expires_at, policy: { expiration_strategy: 'maintain' } });
    expect(kept('2026-06-01T00:00:00Z')).toMatchObject({ mayDownload: true });
    expect(chosen(versions, stable, kept('2026-06-01T00:00:00Z'))).toBe('1.0');
    expect(chosen(versions, stable, kept('2026-06-01T00:00:01Z'))).toBe('2.0');
  });

  test('no download when it is expired, suspended, cancelled or not active on the site', () => {
    expect(right({ expires_at: '2026-06-01T00:00:00Z' }).mayDownload).toBe(false);
    expect(right({ status: 'suspended' }).mayDownload).toBe(false);
    expect(right({ status: 'cancelled' }).mayDownload).toBe(false);
    expect(right({}, false).mayDownload).toBe(false);
    expect(right({}).mayDownload).toBe(true);
  });
});

describe('a rollout', () => {
  const sites = Array.from({ length: 2_000 }, (_, i) => site(`site-${i}`));
  const inside = (percent: number, id = 'r1') => sites.filter((one) => isInRollout(id, percent, one));

  test('reaches nobody at 0 percent and everybody at 100, even without an instance', () => {
    expect(inside(0)).toEqual([]);
    expect(inside(100)).toEqual(sites);
    expect(isInRollout('r1', 100, undefined)).toBe(true);
  });

  test('leaves callers without an instance outside below 100 percent', () => {
    expect(isInRollout('r1', 99, undefined)).toBe(false);
  });

  test('only adds sites when it is raised, about as many as the percentage says', () => {
    const steps = [1, 10, 50, 99].map((percent) => inside(percent));
    for (const [i, step] of steps.entries()) for (const one of steps[i - 1] ?? []) expect(step).toContain(one);
    const [one = [], ten = [], half = [], most = []] = steps;
    expect(one.length).toBeGreaterThan(5);
    expect(one.length).toBeLessThan(45);
    expect(Math.abs(ten.length - 200)).toBeLessThan(60);
    expect(Math.abs(half.length - 1_000)).toBeLessThan(100);
    expect(most.length).toBeLessThan(2_000);
  });

  test('begins with other sites for each release', () => {
    expect(inside(10, 'r2')).not.toEqual(inside(10, 'r1'));
  });
});
