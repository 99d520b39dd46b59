import { expect } from '@jest/globals';
import { withArchive } from '../../../lib/dynamo/archived-items.ts';
import type { Table } from '../../../lib/dynamo/table.ts';
import { openContainerHistories } from '../../../lib/process/history-bucket.ts';
import { openTableSource } from '../../../lib/audit/table-source.ts';
import { DAY_MS } from '../../../lib/domain/time.ts';
import { inMs, moveClock } from '../run/clock.ts';
import { runAudit } from '../audit/run-audit.ts';
import type { BackOffice, Bought } from './back-office.ts';
import { countAll } from './counting.ts';
import { activate, deactivate, newEmail } from './purchases.ts';
import { byOperation, type Reply, type Service, type TestBrand } from './service.ts';
import type { StoredItem } from '../table/whole-table.ts';

export const itemsOf = (items: readonly StoredItem[], id: string): StoredItem[] =>
  items.filter(({ pk }) => pk.includes(id));
export const historyOf = (items: readonly StoredItem[], id: string): StoredItem[] =>
  itemsOf(items, id).filter(({ sk }) => sk.startsWith('journal#'));
export const isMoved = ({ archived }: StoredItem): boolean => archived !== undefined;

type Rig = { service: Service; brand: TestBrand; backOffice: BackOffice };
export type Cancelled = Bought & { giver: string; moments: string[] };

/** Cancelled licenses of a brand, and how a test reads and audits them with what was archived of them. */
export function openCancelled({ service, brand, backOffice }: Rig) {
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

  const withObjects = (table: Table): Table => ({
    ...table,
    wire: withArchive(table.wire, openContainerHistories().read),
  });
  const openWhole = (...owners: string[]): Table => withObjects(service.table(...owners));

  /** Audits the table once everything that happened is counted. */
  const audited = async () => {
    await countAll(service, brand);
    const { client, tableName } = service;
    const { read } = openContainerHistories();
    return runAudit(openTableSource(client, tableName, (owner) => service.table(owner), read));
  };

  return { ask, audited, cancelled, openWhole };
}
