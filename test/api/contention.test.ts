import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { errorAnswer, type Answered } from '../support/table/fault-proxy.ts';
import { activate, check, firstOf, purchase, requestPurchase, type Site } from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { journalIn, storedLicense, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';

const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

async function newSite(): Promise<{ site: Site; licenseId: string }> {
  const bought = await purchase(service, brand, { max_seats: 3 });
  const site = {
    license_key: bought.license_key.key,
    product: 'wp-rocket',
    instance_identifier: 'https://shop.example',
  };
  return { site, licenseId: firstOf(bought.licenses).id };
}

/** Answers the first `times` requests of one operation with a fault. */
function answerBy(
  operation: string,
  fault: (input: Record<string, unknown>) => Answered,
  times = Infinity,
): { asked: () => number } {
  let asked = 0;
  proxy.tamper = (request, forward) => {
    if (request.operation !== operation) return forward();
    asked += 1;
    return asked > times ? forward() : Promise.resolve(fault(request.input));
  };
  return { asked: () => asked };
}

/** The service's error when a transaction conflicts on one of its items. */
const cancelledBy = (code: string) => (input: Record<string, unknown>) =>
  errorAnswer('TransactionCanceledException', {
    CancellationReasons: (input['TransactItems'] as unknown[]).map((_, i) => ({ Code: i === 1 ? code : 'None' })),
  });

function expectUnavailable(reply: Reply, code: string): void {
  expect(reply).toMatchObject({
    status: 503,
    body: { code, status: 503 },
    headers: { 'content-type': 'application/problem+json' },
  });
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  expect(reply.text).not.toContain('Exception');
}

describe.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
  'a transaction cancelled by %s',
  (code) => {
    test('is retried, and takes the seat once', async () => {
      const { site, licenseId } = await newSite();
      const { asked } = answerBy('TransactWriteItems', cancelledBy(code), 3);
      expect(await activate(service, site)).toMatchObject({ status: 201, body: { seats_used: 1 } });
      expect(asked()).toBe(4);
      expect((await storedLicense(service, licenseId)).license.seq).toBe(2);
    });
  },
);

test('a purchase in conflict is retried, and makes one customer, one key and one license', async () => {
  const before = new Set((await wholeTable(service)).map(({ pk, sk }) => `${pk} ${sk}`));
  const { asked } = answerBy('TransactWriteItems', cancelledBy('TransactionConflict'), 4);
  expect(await requestPurchase(service, brand)).toMatchObject({ status: 201 });
  expect(asked()).toBe(5);
  const added = (await wholeTable(service)).filter(({ pk, sk }) => !before.has(`${pk} ${sk}`));
  const things = added.filter(({ sk }) => ['person', 'key', 'license'].includes(sk)).map(({ sk }) => sk);
  expect(things.sort()).toEqual(['key', 'license', 'person']);
  const types = journalIn(added).map(({ type }) => type);
  expect(types.sort()).toEqual(['license.provisioned', 'license_key.created']);
});

test('an activation in endless conflict gets 503 with Retry-After within 4 s and changes nothing', async () => {
  const { site, licenseId } = await newSite();
  answerBy('TransactWriteItems', cancelledBy('TransactionConflict'));
  const began = performance.now();
  expectUnavailable(await activate(service, site), 'busy');
  expect(performance.now() - began).toBeLessThan(4000);
  expect((await storedLicense(service, licenseId)).license).toMatchObject({ seats_used: 0, seq: 1 });
});

test('a transaction cancelled for an unexpected reason is not retried and answers 500 without details', async () => {
  const { site } = await newSite();
  const { asked } = answerBy('TransactWriteItems', cancelledBy('ValidationError'));
  const reply = await activate(service, site);
  expect(reply).toMatchObject({ status: 500, body: { code: 'internal_error' } });
  expect(reply.text).not.toContain('Validation');
  expect(asked()).toBe(1);
});

describe.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'InternalServerError'])(
  'a request answered with %s',
  (name) => {
    test('is retried on reads and on writes', async () => {
      const { site } = await newSite();
      answerBy('BatchGetItem', () => errorAnswer(name), 1);
      expect(await check(service, site)).toMatchObject({ status: 200, body: { code: 'not_activated' } });
      answerBy('BatchGetItem', () => errorAnswer(name), 1);
      expect(await activate(service, site)).toMatchObject({ status: 201 });
      answerBy('TransactWriteItems', () => errorAnswer(name), 1);
      expect(await requestPurchase(service, brand)).toMatchObject({ status: 201 });
    });

    test('on every try gets 503 with Retry-After', async () => {
      const { site } = await newSite();
      proxy.tamper = () => Promise.resolve(errorAnswer(name));
      const replies = await Promise.all([
        check(service, site),
        activate(service, site),
        requestPurchase(service, brand),
      ]);
      for (const reply of replies) expectUnavailable(reply, 'unavailable');
    });
  },
);

test('calls get 503 within 4 s if the engine accepts requests and never answers', async () => {
  const { site } = await newSite();
  proxy.tamper = () => new Promise(() => undefined);
  const began = performance.now();
  const replies = await Promise.all([check(service, site), activate(service, site)]);
  for (const reply of replies) expectUnavailable(reply, 'unavailable');
  expect(performance.now() - began).toBeLessThan(4000);
});
