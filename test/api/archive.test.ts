import { rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BrokenArchive } from '../../lib/process/broken-archive.ts';
import { readHistoryConfig } from '../../lib/process/config.ts';
import { openHistoryBucket } from '../../lib/process/history-bucket.ts';
import { Unavailable } from '../../lib/process/outage.ts';
import { recount } from '../../lib/relay/recount.ts';
import { journalBetween } from '../../lib/table/journal-days.ts';
import { readJournalEntry } from '../../lib/table/journal-stream.ts';
import { keys } from '../../lib/table/keys.ts';
import { openTableSource } from '../../lib/audit/table-source.ts';
import { scanSegment } from '../../lib/dynamo/scan.ts';
import { DAY_MS } from '../../lib/domain/time.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { runAudit } from '../support/audit/run-audit.ts';
import { countAll } from '../support/service/counting.ts';
import { overwrite, wholeTable } from '../support/table/whole-table.ts';
import { useHistories } from '../support/service/archive.ts';
import { useBackOffice, useBrand, useService } from '../support/service/started-service.ts';
import { type Cancelled, historyOf, isMoved, openCancelled, itemsOf } from '../support/service/cancelled-licenses.ts';

/** A little more than the months of this file's setting. */
const MONTHS_MS = 125 * DAY_MS;

beforeAll(() => stopClock('2026-02-01T10:00:00Z'));
const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);
const histories = useHistories(3);
afterAll(() => histories.stop());
const { ask, audited, cancelled, openWhole } = openCancelled({ service, brand, backOffice });

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

const counters = async (): Promise<string> =>
  (await ask('get_analytics', { query: { metric: 'activations', from: '2026-02-01', to: '2026-03-31' } })).text;

describe('the history of a license that was cancelled long ago', () => {
  let old: Cancelled;
  let before: Record<string, unknown>;
  beforeAll(async () => {
    old = await cancelled('zebedee');
    await countAll(service, brand);
  });

  test('stays in the table until the months are over', async () => {
    expect(await histories.run()).toMatchObject({ licenses: 0, finished: true });
    expect(historyOf(await wholeTable(service), old.id).filter(isMoved)).toEqual([]);
  });

  test('leaves the table but for its first and last entry, and every read answers as before', async () => {
    moveClock(MONTHS_MS);
    before = await everyRead(old);
    expect(await histories.run()).toEqual({ licenses: 1, entries: 7, left: 0, finished: true });
    const entries = historyOf(await wholeTable(service), old.id);
    expect(entries.map(isMoved)).toEqual([false, ...Array<boolean>(7).fill(true), false]);
    expect(JSON.stringify(entries.filter(isMoved))).not.toContain('zebedee');
    expect(await everyRead(old)).toEqual(before);
  });

  test('is not changed by a further run', async () => {
    const table = JSON.stringify(itemsOf(await wholeTable(service), old.id));
    const objects = histories.objects();
    moveClock(DAY_MS);
    expect(await histories.run()).toMatchObject({ licenses: 0, entries: 0, left: 0, finished: true });
    expect(JSON.stringify(itemsOf(await wholeTable(service), old.id))).toBe(table);
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
    // A copy in a second region gets its objects a little later.
    const isGone = async (isCopy: boolean) => {
      const [stored] = itemsOf(await wholeTable(service), old.id).filter(({ sk }) => sk.startsWith('archive#'));
      const address = readHistoryConfig();
      const { read } = openHistoryBucket(address && { ...address, isCopy });
      return read(String(stored?.['pk']), String(stored?.['sha256']), AbortSignal.timeout(5_000));
    };
    await expect(isGone(false)).rejects.toThrow(BrokenArchive);
    await expect(isGone(true)).rejects.toThrow(Unavailable);
    expect(await rules()).toContain('archived-entry: the object is missing');
    writeFileSync(path, whole);
    const part = itemsOf(await wholeTable(service), old.id).find(({ sk }) => sk.startsWith('archive#'));
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
    const stored = itemsOf(await wholeTable(service), old.id);
    expect(historyOf(stored, old.id).filter(isMoved)).toEqual([]);
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
