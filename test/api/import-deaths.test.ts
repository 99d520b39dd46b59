import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ImportContext } from '../../lib/commands/import/row.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import { bringRow, openImport, sampleRow, undoRow } from '../support/service/import-rows.ts';
import type { StoredItem } from '../support/table/whole-table.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});

class Death extends Error {}

/** The same context for a worker that dies at its n-th request: before it is sent, or before its answer arrives. */
function dyingAt(ctx: ImportContext, at: number, when: 'before' | 'after'): { ctx: ImportContext; sent: () => number } {
  let sent = 0;
  const wire: Wire = async (operation, input, signal) => {
    sent += 1;
    if (sent === at && when === 'before') throw new Death();
    const answer = await ctx.table.wire(operation, input, signal);
    if (sent === at) throw new Death();
    return answer;
  };
  return { ctx: { ...ctx, table: { ...ctx.table, wire } }, sent: () => sent };
}

/** A brand's licenses, keys and seats, without what differs between two brands. */
async function contentOf({ key_prefix }: TestBrand): Promise<string[]> {
  const filter = {
    FilterExpression: 'begins_with(pk, :brand)',
    ExpressionAttributeValues: { ':brand': `${key_prefix}#` },
  };
  const scan = { TableName: service.tableName, ConsistentRead: true, ...filter };
  const items: StoredItem[] = [];
  for await (const page of paginateScan({ client: service.documents }, scan))
    items.push(...((page.Items ?? []) as StoredItem[]).filter(({ sk }) => /^(?:license$|key$|seat#)/.test(sk)));
  return items
    .map(({ sk, status, seats_used, seat_limit, seq, license_count, instance_identifier }) =>
      JSON.stringify({
        kind: sk.split('#')[0],
        status,
        seats_used,
        seat_limit,
        seq,
        license_count,
        instance_identifier,
      }),
    )
    .sort();
}

const cases: [string, (ctx: ImportContext) => Promise<unknown>][] = [
  ['a row that fits into one transaction', (ctx) => bringRow(ctx, sampleRow('death-key-1', 3, { external_id: 'o-1' }))],
  ['a row with more seats than a transaction holds', (ctx) => bringRow(ctx, sampleRow('death-key-2', 110))],
  [
    'a row that changes a key and adds more seats than a transaction holds',
    async (ctx) => {
      await bringRow({ ...ctx, importId: 'earlier' }, sampleRow('death-key-3', 1));
      return bringRow({ ...ctx, onConflict: 'update' }, sampleRow('death-key-3', 70, { seat_limit: 9 }));
    },
  ],
  [
    'an undo of a key with many seats',
    async (ctx) => {
      await bringRow(ctx, sampleRow('death-key-4', 100));
      return undoRow(ctx, sampleRow('death-key-4', 100));
    },
  ],
];

describe.each(cases)('a worker that dies at any request of %s', (_, run) => {
  test('leaves what a second run completes, as if nothing had happened', async () => {
    const undisturbed = await service.brand();
    const whole = dyingAt(await openImport(service, undisturbed), 0, 'before');
    await run(whole.ctx);
    const expected = await contentOf(undisturbed);
    const requests = Array.from({ length: whole.sent() }, (__, i) => i + 1);
    for (const when of ['before', 'after'] as const) {
      for (const at of requests) {
        const brand = await service.brand();
        const ctx = await openImport(service, brand);
        await expect(run(dyingAt(ctx, at, when).ctx)).rejects.toThrow(Death);
        await run(ctx);
        expect([when, at, await contentOf(brand)]).toEqual([when, at, expected]);
      }
    }
  }, 120_000);
});
