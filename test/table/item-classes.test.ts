import { describe, expect, test } from '@jest/globals';
import { groupClasses, itemClasses, PLATFORMS_OWN } from '../../lib/table/item-classes.ts';
import {
  answerKeys,
  callKeys,
  COUNTER_KINDS,
  countKeys,
  dueGroup,
  groups,
  keys,
  listKeys,
  PLATFORM,
  platformKeys,
  importKeys,
  releaseKeys,
  retryGroup,
  webhookKeys,
} from '../../lib/table/keys.ts';
import { isLike } from '../support/run/policy.ts';
import { fc } from '../support/run/properties.ts';

/** Parts of keys as the service makes them: ids, hashes and slugs, none of which has a `#`. */
const part = fc.stringMatching(/^[\w-]{1,64}$/);
const brand = fc.stringMatching(/^[A-Z0-9]{2,10}$/);
const parts = fc.tuple(part, part, part);

const API_KEY_ID = '01938c5a-7e1b-7c2d-9f00-5a1fd0c3b2e4';

type Made = (owner: string, parts: [string, string, string]) => string;
const brands: Record<string, Made> = {
  brand: (b) => keys.brand(b).pk,
  product: (b, [x]) => keys.product(b, x).pk,
  eddItem: (b, [x]) => keys.eddItem(b, x.length).pk,
  bundle: (b, [x]) => keys.bundle(b, x).pk,
  publicProduct: (b, [x]) => keys.publicProduct(b, x).pk,
  apiKeyInList: (b, [x]) => listKeys.apiKeyInList(b, x).pk,
  apiKey: (b, [x]) => keys.apiKey(b, x).pk,
  licenseKey: (b, [x]) => keys.licenseKey(b, x).pk,
  cancelledOnKey: (b, [x, y]) => listKeys.cancelledOnKey(b, x, y).pk,
  license: (b, [x]) => keys.license(b, x).pk,
  seat: (b, [x, y]) => keys.seat(b, x, 0, y).pk,
  refusedCall: (b, [x, y, z]) => callKeys.refusedCall(b, x, y, z).pk,
  customer: (b, [x]) => keys.customer(b, x).pk,
  customerLicense: (b, [x, y]) => listKeys.customerLicense(b, x, y).pk,
  customerLicenseThatLeft: (b, [x, y]) => listKeys.customerLicenseThatLeft(b, x, y, 1).pk,
  licenseAnswer: (b, [x, y]) => answerKeys.licenseAnswer(b, x, `${b}#once#${y}`).pk,
  customerAnswer: (b, [x, y]) => answerKeys.customerAnswer(b, x, `${b}#once#${y}`).pk,
  address: (b, [x]) => keys.address(b, x).pk,
  journal: (b, [x]) => keys.journal(b, x, 1).pk,
  once: (b, [x, y]) => answerKeys.once(b, x, y).pk,
  external: (b, [x]) => listKeys.external(b, x).pk,
  rate: (b, [x]) => callKeys.rate(b, x.length > 32 ? 'brand' : API_KEY_ID, 29_000_000, 0).pk,
};
const webhooks: Record<keyof typeof webhookKeys, Made> = {
  endpoint: (b, [x]) => webhookKeys.endpoint(b, x).pk,
  newestEndpoint: (b) => webhookKeys.newestEndpoint(b).pk,
  cursor: (b, [x]) => webhookKeys.cursor(b, x).pk,
  health: (b, [x]) => webhookKeys.health(b, x).pk,
  flow: (b, [x]) => webhookKeys.flow(b, x).pk,
  waiting: (b, [x, y]) => webhookKeys.waiting(b, x, y).pk,
  replay: (b, [x]) => webhookKeys.replay(b, x, 'catch_up').pk,
  delivery: (b, [x, y]) => webhookKeys.delivery(b, x, y).pk,
};
const releases: Record<keyof typeof releaseKeys, Made> = {
  shelf: (b, [x]) => releaseKeys.shelf(b, x).pk,
  release: (b, [x, y]) => releaseKeys.release(b, x, y).pk,
  versionTaken: (b, [x, y]) => releaseKeys.versionTaken(b, x, y).pk,
};
const imports: Record<keyof typeof importKeys, Made> = {
  job: (b, [x]) => importKeys.job(b, x).pk,
  export: (b, [x]) => importKeys.export(b, x).pk,
  row: (b, [x]) => importKeys.row(b, x, 'failed', 0, 1).pk,
  undone: (b, [x]) => importKeys.undone(b, x, 1).pk,
  similarKeys: (b) => importKeys.similarKeys(b).pk,
};
const counts: Record<keyof typeof countKeys, Made> = {
  generations: (b) => countKeys.generations(b).pk,
  counter: (b, [x, y]) => {
    const kind = COUNTER_KINDS[x.length % COUNTER_KINDS.length] ?? 'total';
    return countKeys.counter(b, kind, 1, 7, y).pk;
  },
  mark: (b, [x]) => countKeys.mark(b, x, 1).pk,
  request: (b, [x]) => countKeys.request(b, x).pk,
};
const platforms: Record<string, Made> = {
  failures: (_, [x]) => keys.failures('credential', x, 29_000_000).pk,
  settings: () => keys.settings().pk,
  slugTaken: (_, [x]) => platformKeys.slugTaken(x).pk,
  prefixTaken: (_, [x]) => platformKeys.prefixTaken(x).pk,
  brandAddress: (_, [x]) => platformKeys.brandAddress(x).pk,
  dataKeyMark: () => platformKeys.dataKeyMark().pk,
  keySet: () => platformKeys.keySet().pk,
  sweep: (_, [x]) => platformKeys.sweep(x).pk,
  consumed: (_, [x, y]) => platformKeys.consumed(`${x}#${y}`).pk,
  session: (_, [x]) => platformKeys.session(x).pk,
  brandInList: (_, [x]) => platformKeys.brandInList(x).pk,
};
/** Kinds of items that both a brand and the platform have. */
const both: Record<string, Made> = Object.fromEntries(
  ['brand', 'apiKeyInList', 'apiKey', 'once', 'rate'].flatMap((kind) => {
    const make = brands[kind];
    return make ? [[`${kind} of the platform`, (_: string, of: [string, string, string]) => make(PLATFORM, of)]] : [];
  }),
);

/** The classes that a policy would assign a key to: a brand's pattern excludes the platform's keys. */
const classesOf = (pk: string): string[] =>
  Object.entries(itemClasses).flatMap(([name, pattern]) => {
    const isKept = !pattern.startsWith('@') && isLike(PLATFORMS_OWN, pk);
    return isLike(pattern, pk) && !isKept ? name : [];
  });
const oneClass = (make: Made, isPlatforms: boolean) =>
  fc.assert(
    fc.property(brand, parts, (owner, of) => {
      const [name, ...others] = classesOf(make(owner, of));
      expect([name?.startsWith('@'), others]).toEqual([isPlatforms, []]);
    }),
  );

describe('each key of an item', () => {
  test.each(Object.entries(brands))('has exactly one class, of a brand: %s', (_, make) => oneClass(make, false));
  test.each(Object.entries(webhooks))('has exactly one class, of a brand’s webhooks: %s', (_, make) =>
    oneClass(make, false),
  );
  test.each(Object.entries(releases))('has exactly one class, of a product’s releases: %s', (_, make) =>
    oneClass(make, false),
  );
  test.each(Object.entries(imports))('has exactly one class, of a brand’s imports: %s', (_, make) =>
    oneClass(make, false),
  );
  test.each(Object.entries(counts))('has exactly one class, of a brand’s counters: %s', (_, make) =>
    oneClass(make, false),
  );
  test.each(Object.entries({ ...platforms, ...both }))('has exactly one class, of the platform: %s', (_, make) =>
    oneClass(make, true),
  );

  test('is covered by these tests, and so is each class', () => {
    const known = { ...keys, ...platformKeys, ...callKeys, ...answerKeys, ...listKeys };
    expect(Object.keys({ ...brands, ...platforms }).sort()).toEqual(Object.keys(known).sort());
    const seen = [brands, webhooks, releases, imports, counts, platforms, both]
      .flatMap((made) => Object.values(made))
      .flatMap((make) => classesOf(make('WPR', ['a', 'b', 'c'])));
    expect([...new Set(seen)].sort()).toEqual(Object.keys(itemClasses).sort());
  });
});

describe('each group of an index', () => {
  const made: Record<keyof typeof groups | 'due' | 'retry', Made> = {
    host: (b, [x]) => groups.host(b, x),
    tail: (b, [x]) => groups.tail(b, x, 3),
    product: (b, [x]) => groups.product(b, x, 3),
    day: (b) => groups.day(b, '2027-01-01', 3),
    retry: () => retryGroup(15),
    due: () => dueGroup('2027-01-01', 15),
  };
  test.each(Object.entries(made))('has exactly one class: %s', (name, make) => {
    fc.assert(
      fc.property(brand, parts, (owner, of) => {
        const like = Object.entries(groupClasses).filter(([, { pattern }]) => isLike(pattern, make(owner, of)));
        expect(like.map(([found]) => found.replace('@', ''))).toEqual([name]);
      }),
    );
  });
});
