import { rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { archiveLicense } from '../../lib/commands/archive-license.ts';
import { withArchive } from '../../lib/dynamo/archived-items.ts';
import type { Table } from '../../lib/dynamo/table.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import { readHistoryConfig } from '../../lib/process/config.ts';
import { openContainerHistories, openHistoryBucket, type HistoryBucket } from '../../lib/process/history-bucket.ts';
import { recount } from '../../lib/relay/recount.ts';
import { journalBetween } from '../../lib/table/journal-days.ts';
import { readJournalEntry } from '../../lib/table/journal-stream.ts';
import { keys } from '../../lib/table/keys.ts';
import { openTableSource } from '../../lib/audit/table-source.ts';
import { scanSegment } from '../../lib/dynamo/scan.ts';
import { DAY_MS } from '../../lib/domain/time.ts';
import { inMs, moveClock, stopClock } from '../support/run/clock.ts';
import { runAudit } from '../support/audit/run-audit.ts';
import { startHistories, type TestHistories } from '../support/service/archive.ts';
import { openBackOffice, type BackOffice, type Bought } from '../support/service/back-office.ts';
import { countAll } from '../support/service/counting.ts';
import { activate, deactivate, newEmail } from '../support/service/purchases.ts';
import { byOperation, startService, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { overwrite, wholeTable, type StoredItem } from '../support/table/whole-table.ts';

/** A little more than the months of this file's setting. */
const MONTHS_MS = 125 * DAY_MS;

let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
let histories: TestHistories;
beforeAll(async () => {
  stopClock('2026-02-01T10:00:00Z');
  service = await startService();
  histories = await startHistories(3);
  brand = await service.brand();
  backOffice = openBackOffice(service, brand);
});
afterAll(() => histories.stop());

type Cancelled = Bought & { giver: string; moments: string[] };

/** A license with every kind of change by two holders, cancelled at the end, and a moment after each change. */
async function cancelled(word: string): Promise<Cancelled> {
  const bought = await backOffice.buy({ max_seats: 3, metadata: { first: word } });
  const { id, site } = bought;
  const giver = String((await backOffice.get(id)).body['customer_id']);
  const moments: string[] = [];
  const changes = [
    () => activate(service, site(`one-${word}`)),
    () => activate(service, site(`two-${word}`)),
    () => deactivate(service, site(`two-${word}`)),
    () => backOffice.suspend(id, { reason: `because ${word}` }),
    () => backOffice.resume(id),
    () => backOffice.change(id, { max_seats: 7, metadata: { second: word } }),
    () => backOffice.transfer(id, { customer_email: newEmail(), reason: `given by ${word}` }),
    () => backOffice.cancel(id, { reason: 'refunded' }),
  ];
  for (const change of changes) {
    moments.push(inMs(0));
    moveClock(DAY_MS);
    expect((await change()).status).toBeLessThan(300);
  }
  return { ...bought, giver, moments };
}

const ask = (operation: string, request: object): Promise<Reply> =>
  service.call(byOperation(operation), { apiKey: brand.apiKey, ...request });

/** All pages of a list, as they come. */
async function pages(operation: string, request: { query: Record<string, string> }): Promise<unknown[]> {
  const bodies: unknown[] = [];
  let cursor: unknown;
  do {
    const query = { ...request.query, ...(typeof cursor === 'string' ? { cursor } : {}) };
    const { body, text, status } = await ask(operation, { ...request, query });
    expect(status).toBe(200);
    cursor = body['next_cursor'];
    bodies.push({ ...body, next_cursor: typeof cursor, text: text.replace(/"next_cursor":"[^"]*"/, '') });
  } while (typeof cursor === 'string');
  return bodies;
}

const withObjects = (table: Table): Table => ({
  ...table,
  wire: withArchive(table.wire, openContainerHistories().read),
});
const openWhole = (...owners: string[]): Table => withObjects(service.table(...owners));

/** Every read that is made from the history of a license. */
async function everyRead({ id, giver, moments }: Cancelled): Promise<Record<string, unknown>> {
  const holder = String((await backOffice.get(id)).body['customer_id']);
  const params = { license_id: id };
  const seconds: unknown[] = [];
  const day = (at: string | undefined): string => `${String(at).slice(0, 10)}T00:00:00Z`;
  const [from, to] = [day(moments[0]), day(moments.at(-1)).replace('T00', 'T23')];
  for await (const second of journalBetween(() => openWhole(brand.key_prefix), brand.key_prefix, from, to))
    seconds.push(second);
  const one = (seq: number) => readJournalEntry(openWhole(brand.key_prefix), keys.journal(brand.key_prefix, id, seq));
  return {
    past: await Promise.all(moments.map(async (at) => (await backOffice.get(id, { at })).body)),
    newestFirst: await pages('list_license_events', { params, query: { limit: '3' } } as never),
    oldestFirst: await pages('list_license_events', { params, query: { limit: '2', after: '1' } } as never),
    ofBrand: await pages('list_events', { query: { limit: '5', from, to } }),
    ofBrandByType: await pages('list_events', { query: { type: 'license.activated', from, to } }),
    ofPlatform: await pages('search_events', { apiKey: service.platformKey, query: { license_id: id } } as never),
    explained: (await ask('explain_license', { params })).body,
    exportOfHolder: await pages('export_customer', { query: { customer_id: holder } }),
    exportOfGiver: await pages('export_customer', { query: { customer_id: giver, limit: '4' } }),
    // Replays, exports of events and the redrive read the journal in these two ways.
    seconds,
    entries: [await one(1), await one(2), await one(9)],
  };
}

/** Audits the table once everything that happened is counted. */
const audited = async () => {
  await countAll(service, brand);
  const { client, tableName } = service;
  const { read } = openContainerHistories();
  return runAudit(openTableSource(client, tableName, (owner) => service.table(owner), read));
};

const counters = async (): Promise<string> =>
  (await ask('get_analytics', { query: { metric: 'activations', from: '2026-02-01', to: '2026-03-31' } })).text;

const partOf = (items: readonly StoredItem[], id: string): StoredItem[] => items.filter(({ pk }) => pk.includes(id));
const entriesOf = (items: readonly StoredItem[], id: string): StoredItem[] =>
  partOf(items, id).filter(({ sk }) => sk.startsWith('journal#'));
const isMoved = ({ archived }: StoredItem): boolean => archived !== undefined;

describe('the history of a license that was cancelled long ago', () => {
  let old: Cancelled;
  let before: Record<string, unknown>;
  beforeAll(async () => {
    old = await cancelled('zebedee');
    await countAll(service, brand);
  });

  test('stays in the table until the months are over', async () => {
    expect(await histories.run()).toMatchObject({ licenses: 0, finished: true });
    expect(entriesOf(await wholeTable(service), old.id).filter(isMoved)).toEqual([]);
  });

  test('leaves the table but for its first and last entry, and every read answers as before', async () => {
    moveClock(MONTHS_MS);
    before = await everyRead(old);
    expect(await histories.run()).toEqual({ licenses: 1, entries: 7, left: 0, finished: true });
    const entries = entriesOf(await wholeTable(service), old.id);
    expect(entries.map(isMoved)).toEqual([false, ...Array<boolean>(7).fill(true), false]);
    expect(JSON.stringify(entries.filter(isMoved))).not.toContain('zebedee');
    expect(await everyRead(old)).toEqual(before);
  });

  test('is not changed by a further run', async () => {
    const table = JSON.stringify(partOf(await wholeTable(service), old.id));
    const objects = histories.objects();
    moveClock(DAY_MS);
    expect(await histories.run()).toMatchObject({ licenses: 0, entries: 0, left: 0, finished: true });
    expect(JSON.stringify(partOf(await wholeTable(service), old.id))).toBe(table);
    expect(histories.objects()).toEqual(objects);
  });

  test('keeps every promise of the table, and counts again as it was counted', async () => {
    expect((await audited()).violations).toEqual([]);
    const counted = await counters();
    expect(counted).toContain('activations');
    const { client, tableName } = service;
    await recount({
      brands: [brand.key_prefix],
      open: (prefix) => openWhole(prefix),
      pages: () => scanSegment(client, tableName, { segment: 0, total: 1 }),
      random: () => 0,
      logger: { error: () => undefined },
    });
    expect(await counters()).toEqual(counted);
  });

  test('is answered with 503 while the bucket does not answer, and everything else is answered', async () => {
    histories.faults.set('away', 0);
    const params = { license_id: old.id };
    expect(await ask('list_license_events', { params })).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect((await backOffice.get(old.id, { at: old.moments[3] ?? '' })).status).toBe(503);
    expect((await backOffice.get(old.id)).status).toBe(200);
    histories.faults.set('off', 0);
    expect(await everyRead(old)).toEqual(before);
  });

  test('is named by the auditor when its object was changed or is missing', async () => {
    const [path = ''] = histories.objects();
    const whole = gzipSync(histories.texts());
    writeFileSync(path, gzipSync(histories.texts().replace('zebedee', 'another')));
    const rules = async (): Promise<string[]> => {
      const { violations } = await audited();
      expect(violations.every(({ ids }) => ids['license_id'] === old.id)).toBe(true);
      return violations.map(({ rule, what }) => `${rule}: ${what.replace(/object \S+/, 'object')}`);
    };
    expect(await rules()).toContain('archived-entry: the object was changed');
    expect((await ask('list_license_events', { params: { license_id: old.id } })).status).toBe(500);
    rmSync(path);
    expect(await rules()).toContain('archived-entry: the object is missing');
    writeFileSync(path, whole);
    const part = partOf(await wholeTable(service), old.id).find(({ sk }) => sk.startsWith('archive#'));
    if (part === undefined) throw new Error('there is no part');
    await overwrite(service, part, { sha256: 'another' });
    expect(await rules()).toEqual(['archived-part: its entries are not archived in it']);
    await overwrite(service, part, {});
    expect((await audited()).violations).toEqual([]);
  });

  test('is never called missing for a caller who may not read the bucket', async () => {
    const forbidden = () => ({ accessKeyId: 'another', secretAccessKey: 'another' });
    const { read } = openHistoryBucket(readHistoryConfig(), forbidden);
    const { client, tableName } = service;
    const source = openTableSource(client, tableName, (owner) => service.table(owner), read);
    await expect(runAudit(source)).rejects.toThrow('lets this caller read nothing');
  });

  test('loses the text of a customer who is erased, in the bucket too, and stays whole', async () => {
    expect(histories.texts()).toContain('zebedee');
    histories.faults.set('away', 0);
    expect((await ask('erase_customer', { body: { email: old.email } })).status).toBe(503);
    histories.faults.set('off', 0);
    expect(await ask('erase_customer', { body: { email: old.email } })).toMatchObject({ body: { complete: true } });
    const stored = partOf(await wholeTable(service), old.id);
    expect(entriesOf(stored, old.id).filter(isMoved)).toEqual([]);
    expect(JSON.stringify(stored)).not.toContain('because zebedee');
    expect(JSON.stringify(stored)).not.toContain('one-zebedee');
    expect(histories.objects()).toEqual([]);
    expect((await ask('list_license_events', { params: { license_id: old.id } })).status).toBe(200);
    moveClock(MONTHS_MS);
    expect(await histories.run()).toMatchObject({ licenses: 0, left: 0, finished: true });
    expect(histories.objects()).toEqual([]);
    expect((await audited()).violations).toEqual([]);
  });
});

/** A wire that dies before or after its nth write. */
function dieAt(wire: Wire, nth: number, when: 'before' | 'after'): Wire {
  let writes = 0;
  return async (operation, input, signal) => {
    if (operation === 'TransactWriteItems') writes += 1;
    const dies = operation === 'TransactWriteItems' && writes === nth;
    if (dies && when === 'before') throw new Error('the machine died');
    const answer = await wire(operation, input, signal);
    if (dies) throw new Error('the machine died');
    return answer;
  };
}

describe('an archive that dies', () => {
  /** Archives one license as the job does, with faults. */
  function archive(id: string, faults: { wire?: Wire; bucket?: Partial<HistoryBucket> } = {}) {
    const parts = {
      table: (...owners: string[]) => ({ ...openWhole(...owners), ...(faults.wire && { wire: faults.wire }) }),
      now: () => Date.now(),
      stop: new AbortController().signal,
      bucket: { ...openContainerHistories(), ...faults.bucket },
      take: () => Promise.resolve(),
    };
    return archiveLicense(parts, brand.key_prefix, id, inMs(0));
  }
  const history = async (id: string): Promise<string> =>
    (await ask('list_license_events', { params: { license_id: id }, query: { limit: '100' } })).text;
  const moved = async (id: string): Promise<number> => entriesOf(await wholeTable(service), id).filter(isMoved).length;
  const die = (): Promise<never> => Promise.reject(new Error('the machine died'));

  const WRITES = ['the part is begun', 'the entries leave', 'the part is finished'];
  test.each(WRITES.flatMap((what, i) => (['before', 'after'] as const).map((when) => ({ what, when, nth: i + 1 }))))(
    '$when $what leaves a whole history, and the next run goes on',
    async ({ when, nth }) => {
      const { id } = await cancelled(`w${String(nth)}-${when}`);
      const whole = await history(id);
      const wire = dieAt(openWhole(brand.key_prefix).wire, nth, when);
      await expect(archive(id, { wire })).rejects.toThrow('the machine died');
      expect(await history(id)).toBe(whole);
      expect((await archive(id)).kind).toBe('moved');
      expect(await moved(id)).toBe(7);
      expect(await history(id)).toBe(whole);
    },
  );

  test('before or after its object is written, or before it is read back, moves no entry', async () => {
    const { id } = await cancelled('object');
    const whole = await history(id);
    const { put } = openContainerHistories();
    await expect(archive(id, { bucket: { put: die } })).rejects.toThrow('the machine died');
    await expect(archive(id, { bucket: { put: (...all) => put(...all).then(die) } })).rejects.toThrow(
      'the machine died',
    );
    await expect(archive(id, { bucket: { read: () => Promise.resolve('') } })).rejects.toThrow('has another');
    expect(await moved(id)).toBe(0);
    expect((await archive(id)).kind).toBe('moved');
    expect(await moved(id)).toBe(7);
    expect(await history(id)).toBe(whole);
  });

  test('before its object is written is continued by the daily job', async () => {
    const { id } = await cancelled('wilhelmina');
    const whole = await history(id);
    await expect(archive(id, { bucket: { put: die } })).rejects.toThrow('the machine died');
    moveClock(MONTHS_MS);
    expect((await histories.run()).left).toBe(0);
    expect(await moved(id)).toBe(7);
    expect(await history(id)).toBe(whole);
  });

  test('while a customer is erased leaves nothing of the customer once the next run is over', async () => {
    const { email, id } = await cancelled('xanthippe');
    moveClock(MONTHS_MS);
    const { put } = openContainerHistories();
    const erase = async (...all: Parameters<typeof put>): Promise<void> => {
      expect((await ask('erase_customer', { body: { email } })).body['complete']).toBe(true);
      await put(...all);
    };
    const hand = { brand: brand.key_prefix, license_id: id };
    const spied = jest.spyOn(openContainerHistories(), 'put').mockImplementation(erase);
    expect((await histories.run()).finished).toBe(true);
    spied.mockRestore();
    expect(await wholeTable(service)).toContainEqual(
      expect.objectContaining({ sk: 'archive', in_hand: [expect.objectContaining(hand)] }),
    );
    expect((await histories.run()).finished).toBe(true);
    expect(histories.texts()).not.toContain('xanthippe');
    expect(await history(id)).not.toContain('xanthippe');
    expect(await moved(id)).toBe(0);
    expect((await audited()).violations).toEqual([]);
  });
});
