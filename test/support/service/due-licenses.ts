import { randomBytes, randomUUID } from 'node:crypto';
import { createTable, localClient } from '../../../local/create-table.ts';
import { sweepDue, type Swept } from '../../../lib/commands/sweep-due.ts';
import { setDue } from '../../../lib/domain/due.ts';
import { newId } from '../../../lib/process/ids.ts';
import type { License } from '../../../lib/domain/license.ts';
import type { FigureName } from '../../../lib/process/figures.ts';
import type { BrandSettings } from '../../../lib/domain/brand.ts';
import { nextVersion } from '../../../lib/domain/next-version.ts';
import type { JobContext } from '../../../lib/job.ts';
import { writeMark } from '../../../lib/table/due.ts';
import type { JournalEntry } from '../../../lib/table/journal.ts';
import { keys, PLATFORM, platformKeys } from '../../../lib/table/keys.ts';
import { licenseItem, parseLicenseItem, putChangedLicense, putNewLicense } from '../../../lib/table/licenses.ts';
import { sdkWire } from '../../../lib/dynamo/sdk-wire.ts';
import { getOne, type Table } from '../../../lib/dynamo/table.ts';
import { transact } from '../../../lib/dynamo/transact.ts';
import { engineEndpoint } from '../run/engine-endpoint.ts';
import { onItsRole } from '../run/roles.ts';
import { tablesOfThisFile } from '../run/tables.ts';
import { sampleLicense } from './sample-license.ts';
import { journalIn, wholeTable } from '../table/whole-table.ts';

export type Stock = Awaited<ReturnType<typeof openStock>>;
export const at = (iso: string): number => Date.parse(iso);

export const BOUGHT = '2026-01-01T12:00:00Z';
export const EXPIRY = '2027-01-01T12:00:00Z';

/** A license bought then, whose next visit is its expiry: all that comes before it has been announced. */
export const nearlyDue = (expires_at = EXPIRY): Partial<License> => ({
  expires_at,
  due_at: expires_at,
  announced: { expires_at, since: BOUGHT, leads: [30, 7, 1], expired: false },
});

/**
 * Licenses of several brands on their own table, and a sweep with a given time. `endpoint` is the engine's address for
 * the sweep; the licenses are written without faults. By default, days before `swept` count as done.
 */
export async function openStock({ endpoint = engineEndpoint(), swept }: { endpoint?: string; swept?: string } = {}) {
  const tableName = `test-${randomUUID()}`;
  const client = localClient(engineEndpoint());
  await createTable(client, tableName, { stream: false });
  tablesOfThisFile.push({ endpoint: engineEndpoint(), tableName });
  const openVia = (url: string) => {
    const wire = sdkWire({
      endpoint: url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      requestHandler: {},
    });
    return (...owners: string[]): Table => ({ wire, name: tableName, owners, signal: AbortSignal.timeout(20_000) });
  };
  const table = openVia(engineEndpoint());
  const sweeping = openVia(endpoint);
  if (swept !== undefined) await writeMark(table, swept);
  const errors: Record<string, unknown>[] = [];
  const measured: [FigureName, number][] = [];

  const add = async (brand: string, boughtAt: string, changes: Partial<License> = {}): Promise<License> => {
    const id = newId(at(boughtAt));
    const license = setDue(
      sampleLicense({ id, anchor: randomBytes(8).toString('hex'), created_at: boughtAt, ...changes }),
      at(boughtAt),
    );
    await transact<never>(table(brand), putNewLicense(brand, license, refusedNew));
    return license;
  };
  const stored = async (brand: string, { anchor }: License): Promise<License> => {
    const item = await getOne(table(brand), keys.license(brand, anchor));
    if (item === undefined) throw new Error('the license is gone');
    return parseLicenseItem(item);
  };
  /** Writes a change like a command does, but without a journal entry. */
  const change = async (
    brand: string,
    license: License,
    nowIso: string,
    changes: Partial<License>,
  ): Promise<License> => {
    const changed = nextVersion({ ...(await stored(brand, license)), ...changes }, at(nowIso));
    await transact<never>(table(brand), [putChangedLicense(brand, changed, refusedNew)]);
    return changed;
  };
  return {
    tableName,
    client,
    table,
    errors,
    measured,
    add,
    stored,
    change,
    addBrand: async (brand: string, settings: BrandSettings): Promise<void> => {
      await transact<never>(table(brand), [{ put: { ...keys.brand(brand), settings } }]);
    },
    listBrand: async (madeAt: string): Promise<void> => {
      const id = newId(at(madeAt));
      await transact<never>(table(PLATFORM), [{ put: { ...platformKeys.brandInList(id), id } }]);
    },
    /** Restores the license's previous index keys, as an index that lags would show them. */
    staleIndex: async (brand: string, license: License, due_at: string): Promise<void> => {
      const { due_pk, due_sk } = licenseItem(brand, { ...license, due_at });
      await transact<never>(table(brand), [{ update: keys.license(brand, license.anchor), set: { due_pk, due_sk } }]);
    },
    sweep: (nowIso: string, more: Partial<JobContext> = {}): Promise<Swept> =>
      onItsRole('sweep-due', () =>
        sweepDue({
          requestId: 'sweep',
          now: () => at(nowIso),
          table: sweeping,
          stop: new AbortController().signal,
          measure: (name, value = 1) => measured.push([name, value]),
          logger: { info: () => undefined, error: (facts) => errors.push(facts) },
          ...more,
        }),
      ),
    /** The announcements, by license and in order. */
    journal: async (): Promise<JournalEntry[]> => journalIn(await wholeTable({ tableName })),
    items: () => wholeTable({ tableName }),
  };
}

function refusedNew(): never {
  throw new Error('the license was changed by somebody else');
}
