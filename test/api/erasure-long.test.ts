import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eraseCustomer } from '../../lib/api/customers.ts';
import { journalWrite } from '../../lib/table/journal.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { openVault, type Vault } from '../../lib/process/vault.ts';
import { ownRequests } from '../support/service/back-office.ts';
import { untilAnswered } from '../support/service/purchases.ts';
import { readableTexts } from '../support/table/readable-texts.ts';
import type { Reply } from '../support/service/service.ts';
import { storedLicense, upTo, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useFaultProxy, useBackOffice, useService } from '../support/service/started-service.ts';

const EMAIL = 'friedhelm@example.com';
/** More journal entries than two calls can overwrite. */
const ENTRIES = 2_100;
let vault: Vault;
const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);
beforeAll(() => {
  vault = openVault(readFileSync(String(process.env['DATA_KEY_FILE'])));
});
afterAll(() => proxy.stop());

const erase = (): Promise<Reply> => service.call(eraseCustomer, { apiKey: brand.apiKey, body: { email: EMAIL } });

test('a long erasure continues where the last call stopped, and no call needs 40 reads', async () => {
  const { id } = await backOffice.buy({ customer_email: EMAIL, metadata: { n: 'friedhelm' } });
  const { license } = await storedLicense(service, id);
  const author = { brand: brand.key_prefix, actor: { type: 'system', id: 'test' }, requestId: 'friedhelm' } as const;
  const entries = upTo(ENTRIES).map((n) =>
    journalWrite(
      { ...author, nowMs: Date.now() },
      {
        type: 'license.updated',
        entity: { type: 'license', id },
        seq: license.seq + n,
        notBefore: license.updated_at,
        reason: 'said friedhelm',
        before: null,
        after: { metadata: { n: 'friedhelm' } },
        license,
      },
    ),
  );
  const table = service.table(brand.key_prefix);
  for (let from = 0; from < entries.length; from += 100) await transact(table, entries.slice(from, from + 100));
  await service.table(brand.key_prefix).wire(
    'UpdateItem',
    {
      TableName: service.tableName,
      Key: { pk: { S: `${brand.key_prefix}#seats#${license.anchor}` }, sk: { S: 'license' } },
      UpdateExpression: 'SET #seq = :seq',
      ExpressionAttributeNames: { '#seq': 'seq' },
      ExpressionAttributeValues: { ':seq': { N: String(license.seq + ENTRIES) } },
    },
    AbortSignal.timeout(10_000),
  );
  let calls = 0;
  let overwritten = 0;
  for (let complete = false; !complete; calls += 1) {
    proxy.asked.length = 0;
    const { status, body } = (await untilAnswered(erase)).reply;
    expect(status).toBe(200);
    const reads = ownRequests(proxy).filter((operation) => operation !== 'TransactWriteItems');
    expect(reads.length).toBeLessThan(40);
    const done = body['overwritten'] as { journal_entries: number; activations: number; licenses: number };
    expect(done.journal_entries + done.activations + done.licenses).toBeGreaterThan(0);
    overwritten += done.journal_entries;
    complete = body['complete'] === true;
  }
  expect(calls).toBeGreaterThan(2);
  expect(calls).toBeLessThan(8);
  // No entry is overwritten twice.
  expect(overwritten).toBeLessThan(ENTRIES + 40);
  expect(readableTexts(vault, await wholeTable(service))).not.toContain('friedhelm');
}, 120_000);
