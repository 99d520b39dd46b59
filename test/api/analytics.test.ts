import { beforeAll, describe, expect, test } from '@jest/globals';
import { pauseWebhookEndpoint } from '../../lib/api/webhook-endpoints.ts';
import { countLicenses, getAnalytics } from '../../lib/api/analytics.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { routeKey } from '../../lib/api/route.ts';
import { DAY_MS, dayAfter, HOUR_MS } from '../../lib/domain/time.ts';
import { recount } from '../../lib/relay/recount.ts';
import { beginCounting, saveGenerations } from '../../lib/table/counts.ts';
import { COUNT_SHARDS, countKeys } from '../../lib/table/keys.ts';
import { cloudWatchEnvironment, startCloudWatch } from '../../local/cloudwatch.ts';
import { inMs, moveClock, stopClock } from '../support/run/clock.ts';
import { activate, deactivate } from '../support/service/purchases.ts';
import { brokenCounters, countAll, countBatch, entriesOf, messagesOf } from '../support/service/counting.ts';
import { useBackOffice, useBrand, useService } from '../support/service/started-service.ts';
import { pointersOf } from '../support/service/world.ts';
import { overwrite, putCopies, upTo, wholeTable } from '../support/table/whole-table.ts';
import { addFailingEndpoint } from '../support/webhooks/failing-endpoint.ts';

const TODAY = '2026-06-10';
beforeAll(() => stopClock(`${TODAY}T10:00:00Z`));
const service = useService();
const brand = useBrand(service);
const other = useBrand(service);
const backOffice = useBackOffice(service, brand);

/** The fields of an event that only pointers are made from. */
const notice = { type: 'license.updated', request_id: 'a-request', occurred_at: `${TODAY}T10:00:00Z` };

type Query = Record<string, string>;
const count = (query: Query = {}, { apiKey } = brand) => service.call(countLicenses, { apiKey, query });
const ask = (query: Query) => service.call(getAnalytics, { apiKey: brand.apiKey, query });

async function values(metric: string, query: Query = {}): Promise<(number | null)[]> {
  const { body } = await ask({ metric, from: dayAfter(TODAY, -2), to: dayAfter(TODAY, 3), ...query });
  return (body['series'] as { value: number | null }[]).map(({ value }) => value);
}

let ids: Record<'plain' | 'suspended' | 'cancelled', string>;

/** Three days of sales, sites and ends. */
beforeAll(async () => {
  const plain = await backOffice.buy({ max_seats: 3, expiration_date: '2026-08-01' });
  await activate(service, plain.site('one'));
  await activate(service, plain.site('two'));
  moveClock(DAY_MS);
  const suspended = await backOffice.buy({ products: ['imagify'] });
  await activate(service, suspended.site('three'));
  await backOffice.suspend(suspended.id);
  const cancelled = await backOffice.buy();
  await backOffice.cancel(cancelled.id);
  moveClock(DAY_MS);
  await backOffice.renew(plain.id, { extend_by: 'P1Y' });
  await deactivate(service, plain.site('one'));
  ids = { plain: plain.id, suspended: suspended.id, cancelled: cancelled.id };
}, 30_000);

describe('counters', () => {
  test('contain each event once, however often, in whatever order and by how many workers it comes', async () => {
    const messages = messagesOf(await entriesOf(service, brand), brand);
    const shuffled = messages.toReversed();
    const batches = [shuffled.slice(0, 7), shuffled.slice(7), messages, shuffled];
    const failed = await Promise.all(batches.map((batch) => countBatch(batch.slice(0, 10))));
    await countAll(service, brand);
    expect(failed.flat()).toEqual([]);
    expect((await count()).body).toEqual({
      count: 3,
      by_status: { valid: 1, expired: 0, suspended: 1, cancelled: 1 },
      as_of: '2026-06-12T10:00:00Z',
    });
    expect(await brokenCounters(service)).toEqual([]);
  });

  test('are those of one brand, and of one product', async () => {
    expect((await count({ product: 'imagify' })).body).toMatchObject({ count: 1, by_status: { suspended: 1 } });
    expect((await count({ product: 'wp-rocket' })).body).toMatchObject({ count: 2 });
    expect((await count({}, other)).body).toMatchObject({ count: 0, as_of: null });
    expect((await count({ product: 'nothing' })).body).toMatchObject({ code: 'product_not_found' });
  });

  test('give back what is no event, and go on with the others', async () => {
    const [first] = messagesOf(await entriesOf(service, brand), brand);
    const nonsense = { messageId: 'nonsense', body: '{' };
    const unknown = {
      messageId: 'unknown',
      body: JSON.stringify({ detail: { ...notice, seq: 9, brand, entity: { id: ids.plain, type: 'license' } } }),
    };
    expect(await countBatch([nonsense, ...(first ? [first] : [])])).toEqual(['nonsense']);
    expect(await countBatch([unknown])).toEqual(['unknown']);
  });
});

describe('analytics', () => {
  test('show the numbers at the end of each day', async () => {
    expect(await values('active_licenses')).toEqual([0, 0, 1, 1, 1, 1]);
    expect(await values('active_sites')).toEqual([0, 0, 2, 3, 2, 2]);
    expect(await values('seats_used', { to: dayAfter(TODAY, 1) })).toEqual([0, 0, 2, 3]);
    expect(await values('active_licenses', { to: dayAfter(TODAY, 1) })).toEqual([0, 0, 1, 1]);
  });

  test('show the numbers of years ago, from more days of change than a page has', async () => {
    const { pk } = countKeys.counter(other.key_prefix, 'day', 1, 0, '');
    await putCopies(service, 1200, (n) => ({ pk, sk: dayAfter(TODAY, -n), seats_used: 1 }));
    const query = { metric: 'seats_used', from: dayAfter(TODAY, -1200), to: dayAfter(TODAY, -1199) };
    const { body } = await service.call(getAnalytics, { apiKey: other.apiKey, query });
    expect((body['series'] as { value: number }[]).map(({ value }) => value)).toEqual([-1200, -1199]);
  });

  test('show what happened on each day', async () => {
    expect(await values('provisioned')).toEqual([0, 0, 1, 2, 0, 0]);
    expect(await values('cancelled')).toEqual([0, 0, 0, 1, 0, 0]);
    expect(await values('renewed')).toEqual([0, 0, 0, 0, 1, 0]);
    expect(await values('activations')).toEqual([0, 0, 2, 1, 0, 0]);
    expect(await values('deactivations')).toEqual([0, 0, 0, 0, 1, 0]);
  });

  test('join days to weeks and months', async () => {
    const weeks = await ask({ metric: 'provisioned', from: '2026-06-01', to: '2026-06-15', granularity: 'week' });
    expect(weeks.body['series']).toEqual([
      { at: '2026-06-01', value: 0 },
      { at: '2026-06-08', value: 3 },
      { at: '2026-06-15', value: 0 },
    ]);
    const months = await ask({ metric: 'active_sites', from: '2026-05-20', to: '2026-06-12', granularity: 'month' });
    expect(months.body['series']).toEqual([
      { at: '2026-05-01', value: 0 },
      { at: '2026-06-01', value: 2 },
    ]);
  });

  test('show on which day licenses expire, after a renewal on the new one', async () => {
    const reply = await ask({ metric: 'expiring', from: '2026-08-01', to: '2027-08-01', granularity: 'month' });
    const due = (reply.body['series'] as { at: string; value: number }[]).filter(({ value }) => value > 0);
    expect(due.map(({ at }) => at)).toEqual(['2027-08-01']);
    expect((await ask({ metric: 'expiring' })).body['series']).toHaveLength(91);
  });

  test('show calls by brand where a stage keeps them, and null elsewhere', async () => {
    expect(await values('checks')).toEqual([null, null, null, null, null, null]);
    expect(await values('refusals.seat_limit_reached', { granularity: 'month' })).toEqual([null]);
    const cloudWatch = await startCloudWatch();
    Object.assign(process.env, cloudWatchEnvironment(cloudWatch));
    const line = { event: 'call.answered', brand: brand.key_prefix, status: 200, route: routeKey(checkLicense) };
    for (const noted of [line, line, { ...line, brand: other.key_prefix }, { ...line, brand: undefined }])
      cloudWatch.note({ ...noted, code: 'valid' });
    for (const code of ['seat_limit_reached', 'rate_limited']) cloudWatch.note({ ...line, status: 422, code });
    expect(await values('checks')).toEqual([0, 0, 0, 0, 2, 0]);
    expect(await values('refusals.seat_limit_reached')).toEqual([0, 0, 0, 0, 1, 0]);
    expect(await values('refusals.license_expired', { granularity: 'month' })).toEqual([0]);
    expect(await values('refusals.rate_limited', { granularity: 'month' })).toEqual([null]);
    await cloudWatch.stop();
    expect((await ask({ metric: 'checks' })).status).toBe(503);
    for (const name of Object.keys(cloudWatchEnvironment(cloudWatch))) Reflect.deleteProperty(process.env, name);
  });

  test('show how many webhook endpoints fail now, of those that are sent to', async () => {
    expect(await values('webhooks_failing')).toEqual([null, null, null, null, 0, null]);
    const open = (failures: number): Promise<string> => addFailingEndpoint(service, brand, failures);
    const [, , paused] = [await open(9), await open(10), await open(10)];
    await service.call(pauseWebhookEndpoint, { apiKey: brand.apiKey, params: { endpoint_id: paused } });
    expect(await values('webhooks_failing')).toEqual([null, null, null, null, 1, null]);
    expect(await values('webhooks_failing', { granularity: 'month' })).toEqual([1]);
    expect(await values('webhooks_failed', { granularity: 'month' })).toEqual([0]);
  });

  test.each([
    ['both days', { from: '2026-06-01', to: '2026-06-03' }, '2026-06-01', '2026-06-03'],
    ['the first day', { from: '2026-06-01' }, '2026-06-01', '2026-06-12'],
    ['a first day long ago', { from: '2020-01-01' }, '2020-01-01', '2021-02-03'],
    ['a first day in the future', { from: '2030-01-01' }, '2030-01-01', '2030-01-01'],
    ['the last day', { to: '2026-06-10' }, '2026-05-12', '2026-06-10'],
    ['no day', {}, '2026-05-14', '2026-06-12'],
    ['no day, of what will expire', { metric: 'expiring' }, '2026-06-12', '2026-09-10'],
    ['the first day, of what will expire', { metric: 'expiring', from: '2026-06-01' }, '2026-06-01', '2026-09-10'],
  ])('of %s have 30 days, 90 ahead, or 400 at most', async (_, query, from, to) => {
    const series = (await ask({ metric: 'provisioned', ...query })).body['series'] as { at: string }[];
    expect([series.at(0)?.at, series.at(-1)?.at]).toEqual([from, to]);
  });

  test.each([
    [{ metric: 'profit' }, '?metric'],
    [{ metric: 'renewed', granularity: 'hour' }, '?granularity'],
    [{ metric: 'renewed', from: '2026-06-02', to: '2026-06-01' }, '?to'],
    [{ metric: 'renewed', from: '2020-06-02', to: '2026-06-01' }, '?to'],
    [{ metric: 'renewed', from: 'yesterday' }, '?from'],
    [{}, '?metric'],
  ])('refuse %j and name the field', async (query: Query, pointer) => {
    const reply = await ask(query);
    expect([reply.status, pointersOf(reply)]).toEqual([400, [pointer]]);
  });
});

describe('a recount', () => {
  const parts = (pages: Parameters<typeof recount>[0]['pages']) => ({
    brands: [brand.key_prefix],
    open: (owner: string) => service.table(owner),
    pages,
    random: () => 0.5,
    logger: { error: () => undefined },
  });
  async function* allPages() {
    yield await wholeTable(service);
  }

  test('mends counters that are wrong, and loses no event that happens meanwhile', async () => {
    const before = (await count()).body;
    const items = await wholeTable(service);
    const total = items.find(({ pk, licenses_valid }) => /#count#.*#total$/.test(pk) && licenses_valid !== undefined);
    if (total === undefined) throw new Error('nothing is counted');
    await overwrite(service, total, { licenses_valid: 40 });
    expect(await brokenCounters(service)).not.toEqual([]);
    async function* whileSelling() {
      yield* allPages();
      await backOffice.buy();
      await countAll(service, brand);
    }
    let readings = 0;
    const done = await recount(parts(() => (readings++ === 0 ? whileSelling() : allPages())));
    // Three licenses, and as many webhook endpoints.
    expect(done.entities).toBe(6);
    expect(done.removed).toBeGreaterThan(0);
    expect((await count()).body).toMatchObject({
      count: Number(before['count']) + 1,
      by_status: { valid: 2, expired: 0, suspended: 1, cancelled: 1 },
    });
    expect(await brokenCounters(service)).toEqual([]);
    const own = (await wholeTable(service)).filter(({ pk }) => pk.startsWith(`${brand.key_prefix}#`));
    const left = own.filter(({ pk }) => /#count(?:ed)?#/.test(pk));
    expect(left.filter(({ pk, sk }) => /#1#\d$/.test(pk) || sk === 'mark#1')).toEqual([]);
  });

  test('that begins with the first event of a brand gets that event too', async () => {
    const table = service.table(other.key_prefix);
    const begun = { shown: 1, counting: [1, 2] };
    await saveGenerations(table, other.key_prefix, begun);
    expect(await beginCounting(table, other.key_prefix)).toEqual(begun);
  });

  test('that was interrupted is continued by the next one', async () => {
    const before = (await count()).body;
    const dying = recount(
      parts(() => {
        throw new Error('the operator pressed Ctrl-C');
      }),
    );
    await expect(dying).rejects.toThrow('Ctrl-C');
    expect((await count()).body).toEqual(before);
    await recount(parts(allPages));
    expect((await count()).body).toEqual(before);
    expect(await brokenCounters(service)).toEqual([]);
    const generations = (await wholeTable(service)).find(({ pk }) => pk === countKeys.generations(brand.key_prefix).pk);
    expect(generations).toMatchObject({ shown: 3, counting: [3] });
  });

  test('leaves the time of the newest change as it is, and so does an event that comes late', async () => {
    const late = await backOffice.buy();
    const lateAt = (await count()).body['as_of'];
    moveClock(HOUR_MS);
    const newest = await backOffice.buy();
    const entries = await entriesOf(service, brand);
    const countOne = ({ id }: { id: string }) =>
      countBatch(
        messagesOf(
          entries.filter(({ entity }) => entity.id === id),
          brand,
        ),
      );
    const shards = async () =>
      (await wholeTable(service)).filter(
        ({ pk, sk }) => pk.startsWith(`${brand.key_prefix}#count#`) && pk.endsWith('#total') && sk === 'total',
      );
    await countOne(newest);
    const { as_of } = (await count()).body;
    expect(as_of).not.toBe(lateAt);
    // Every shard knows it, so the late event meets one that does, whichever that is.
    for (let shard = 0; shard < COUNT_SHARDS; shard += 1)
      await overwrite(service, { ...countKeys.counter(brand.key_prefix, 'total', 3, shard, 'total'), as_of }, {});
    await countOne(late);
    expect((await shards()).map((shard) => shard['as_of'])).toEqual(upTo(COUNT_SHARDS).map(() => as_of));
    await recount(parts(allPages));
    expect((await count()).body).toMatchObject({ as_of });
  });
});

test('a license counts as expired from the event of its expiry on', async () => {
  const { id } = await backOffice.buy({ expiration_date: inMs(HOUR_MS) });
  moveClock(2 * HOUR_MS);
  await backOffice.change(id, { metadata: { seen: 'late' } });
  await countAll(service, brand);
  expect((await count()).body).toMatchObject({ by_status: { expired: 1 } });
});

test('events are not held up by one of another license that the journal lacks, as after a restore', async () => {
  const before = Number((await count()).body['count']);
  const bought = [await backOffice.buy(), await backOffice.buy()].map(({ id }) => id);
  const entries = (await entriesOf(service, brand)).filter(({ entity }) => bought.includes(entity.id));
  const entity = { id: bought[0], type: 'license' };
  const lost = { messageId: 'lost', body: JSON.stringify({ detail: { ...notice, seq: 7, brand, entity } }) };
  expect(await countBatch([lost, ...messagesOf(entries, brand)])).toEqual(['lost']);
  expect((await count()).body).toMatchObject({ count: before + 2 });
});
