import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { archiveCancelled } from '../../lib/commands/archive-cancelled.ts';
import { archiveLicense } from '../../lib/commands/archive-license.ts';
import type { JobContext } from '../../lib/job.ts';
import { Unavailable } from '../../lib/process/outage.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import { openContainerHistories, type HistoryBucket } from '../../lib/process/history-bucket.ts';
import { DAY_MS } from '../../lib/domain/time.ts';
import { interceptTable, lostRace } from '../support/table/lost-races.ts';
import { inMs, moveClock, stopClock } from '../support/run/clock.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { useHistories } from '../support/service/archive.ts';
import { useBackOffice, useBrand, useService } from '../support/service/started-service.ts';
import { historyOf, isMoved, openCancelled } from '../support/service/cancelled-licenses.ts';

/** A little more than the months of this file's setting. */
const MONTHS_MS = 125 * DAY_MS;

beforeAll(() => stopClock('2026-02-01T10:00:00Z'));
const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);
const histories = useHistories(3);
afterAll(() => histories.stop());
const { ask, audited, cancelled, openWhole } = openCancelled({ service, brand, backOffice });

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

const moved = async (id: string): Promise<number> => historyOf(await wholeTable(service), id).filter(isMoved).length;

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

describe('an archive that somebody else comes before', () => {
  const archive = (id: string, nth: number, bucket: Partial<HistoryBucket> = {}, at = 0) => {
    let writes = 0;
    const table = interceptTable(openWhole, (operation, input, forward) => {
      if (operation === 'TransactWriteItems') writes += 1;
      if (operation !== 'TransactWriteItems' || writes !== nth) return forward();
      return Promise.reject(lostRace((input as { TransactItems: unknown[] }).TransactItems.length, at));
    });
    const stop = new AbortController().signal;
    const whole = { ...openContainerHistories(), ...bucket };
    const parts = { table, now: () => Date.now(), stop, bucket: whole, take: () => Promise.resolve() };
    return archiveLicense(parts, brand.key_prefix, id, inMs(0));
  };
  const NEVER = 0;
  const die = (): Promise<never> => Promise.reject(new Error('the machine died'));

  test('leaves the license at each of its writes, and the next run goes on', async () => {
    const { id } = await cancelled('lost');
    for (const nth of [1, 2, 1, 2]) expect(await archive(id, nth)).toEqual({ kind: 'left' });
    expect(await archive(id, NEVER)).toMatchObject({ kind: 'moved' });
    expect(await moved(id)).toBe(7);
  });

  test('keeps a part without its object where an erasure stops it, and drops it then', async () => {
    const { id } = await cancelled('stopped');
    await expect(archive(id, NEVER, { put: die })).rejects.toThrow('the machine died');
    expect(await archive(id, 1, {}, 1)).toEqual({ kind: 'left' });
    await expect(archive(id, NEVER, { read: die })).rejects.toThrow('the machine died');
    expect(await archive(id, NEVER)).toMatchObject({ kind: 'moved' });
  });

  test('leaves a license that is not cancelled, and one that is not there', async () => {
    const { id } = await backOffice.buy();
    expect(await archive(id, NEVER)).toEqual({ kind: 'left' });
    expect(await archive('01a21fa5-0000-7000-8000-00000000abcd', NEVER)).toEqual({ kind: 'left' });
  });
});

describe('a run of the daily job', () => {
  const run = async (changes: Partial<Parameters<typeof archiveCancelled>[0]>) => {
    const events: unknown[] = [];
    const note = (line: unknown): void => {
      events.push((line as { event: string }).event);
    };
    const left: number[] = [];
    const done = await archiveCancelled({
      requestId: 'run',
      table: openWhole,
      now: () => Date.now(),
      stop: new AbortController().signal,
      logger: { error: note, warn: note, info: note, debug: note } as unknown as JobContext['logger'],
      measure: (name, value) => {
        if (name === 'archive_left') left.push(Number(value));
      },
      bucket: openContainerHistories(),
      afterMonths: 3,
      ...changes,
    });
    return { done, events, left };
  };
  const failing = (error: Error) => ({ bucket: { ...openContainerHistories(), put: () => Promise.reject(error) } });

  test('archives nothing in a stage that keeps its histories', async () => {
    const { done, events } = await run({ afterMonths: undefined });
    expect([done, events]).toEqual([{ licenses: 0, entries: 0, left: 0, finished: true }, []]);
  });

  test('names a license that it cannot archive, and ends early without its bucket or without time', async () => {
    const { id } = await cancelled('left');
    moveClock(MONTHS_MS);
    const away = await run(failing(new Unavailable('the bucket did not answer')));
    expect(away).toMatchObject({ done: { left: 1, finished: false }, left: [1] });
    expect(away.events).toContain('archive.stopped');
    expect((await run({ stop: AbortSignal.abort() })).done.finished).toBe(false);
    const broken = await run(failing(new Error('broken')));
    expect(broken).toMatchObject({ done: { left: 1, finished: true }, left: [1] });
    expect(broken.events).toContain('archive.license_left');
    expect(await moved(id)).toBe(0);
  });

  test('fails with any other fault', async () => {
    const fault = new TypeError('a fault of ours');
    const wire: Wire = () => Promise.reject(fault);
    await expect(run({ table: (...owners) => ({ ...openWhole(...owners), wire }) })).rejects.toBe(fault);
  });
});
