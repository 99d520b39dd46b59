import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { historiesEnvironment, startHistoryFiles } from '../../../local/files.ts';
import { openFaultProxy, type FaultProxy } from '../../../local/fault-proxy.ts';
import { historyBucket } from '../../../lib/buckets.ts';
import type { ArchivedRun } from '../../../lib/commands/archive-cancelled.ts';
import { DAY_MS } from '../../../lib/domain/time.ts';
import { moveClock } from '../run/clock.ts';
import { onItsRole } from '../run/roles.ts';
import { startedBefore } from '../run/started-before.ts';
import { openBackOffice } from './back-office.ts';
import { activate } from './purchases.ts';
import { byOperation, type Service, type TestBrand } from './service.ts';

/** The bucket of histories of this file's functions. */
export type TestHistories = {
  faults: FaultProxy;
  /** Paths of the objects. */
  objects: () => string[];
  /** What is readable in all objects. */
  texts: () => string;
  stop: () => Promise<void>;
  /** Runs the daily job. */
  run: (ms?: number) => Promise<ArchivedRun>;
};

async function startHistories(afterMonths: number): Promise<TestHistories> {
  const folder = mkdtempSync(join(tmpdir(), 'license-service-histories-'));
  const files = await startHistoryFiles(folder);
  const faults = await openFaultProxy(files.endpoint);
  Object.assign(process.env, historiesEnvironment(faults), {
    [historyBucket.variables.afterMonths]: String(afterMonths),
  });
  const objects = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  return {
    faults,
    objects,
    texts: () =>
      objects()
        .map((path) => gunzipSync(readFileSync(path)).toString('utf8'))
        .join(''),
    stop: async () => {
      faults.stop();
      await files.stop();
    },
    async run(ms = 60_000) {
      const { handler } = await import('../../../functions/archive-licenses.ts');
      return onItsRole('archive-licenses', () =>
        handler({}, { awsRequestId: 'archive', getRemainingTimeInMillis: () => ms }),
      );
    },
  };
}

export const useHistories = (afterMonths: number): TestHistories => startedBefore(() => startHistories(afterMonths));

/** Erases a customer, by the API or as `erase` does it, whose history was archived: it comes back into the table. */
export async function eraseArchived(
  service: Service,
  brand: TestBrand,
  erase = async (email: string, _license: string): Promise<number> =>
    (await service.call(byOperation('erase_customer'), { apiKey: brand.apiKey, body: { email } })).status,
): Promise<void> {
  const histories = await startHistories(3);
  const backOffice = openBackOffice(service, brand);
  const { id, email, site } = await backOffice.buy();
  await activate(service, site('archived'));
  await backOffice.cancel(id);
  moveClock(125 * DAY_MS);
  const { licenses } = await histories.run();
  const status = await erase(email, id);
  if (licenses === 0 || status >= 400) throw new Error(`nothing archived was erased: ${String(status)}`);
  await histories.stop();
}
