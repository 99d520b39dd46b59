import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { countLicenses } from '../../lib/api/analytics.ts';
import { isoSeconds } from '../../lib/domain/time.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { now } from '../../lib/process/clock.ts';
import { ENTITIES_AT_ONCE } from '../../lib/relay/count-events.ts';
import { recount } from '../../lib/relay/recount.ts';
import { journalWrite } from '../../lib/table/journal.ts';
import { pickLicenseFields } from '../../lib/table/licenses.ts';
import { sampleLicense } from '../support/service/sample-license.ts';
import { countAll, countBatch, entriesOf, messagesOf } from '../support/service/counting.ts';
import { purchase } from '../support/service/purchases.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { wholeTable } from '../support/table/whole-table.ts';

const service = useService();
const brand = useBrand(service);

test('an event of a brand that is not there is dropped', async () => {
  await purchase(service, brand);
  expect(await countBatch(messagesOf(await entriesOf(service, brand), { slug: 'nobody' }))).toEqual([]);
});

test('an event that cannot be read holds up no later one of its license', async () => {
  const id = randomUUID();
  const author = { brand: brand.key_prefix, actor: { type: 'system', id: 'tests' } as const, requestId: 'tests' };
  const messages = [1, 2].map((seq) => ({
    messageId: String(seq),
    body: JSON.stringify({
      detail: {
        ...{ type: 'license.updated', seq, brand: { slug: brand.slug }, entity: { id, type: 'license' } },
        ...{ request_id: 'tests', occurred_at: isoSeconds(now()) },
      },
    }),
  }));
  for (const seq of [1, 2]) {
    const change = { type: 'license.updated', entity: { type: 'license', id }, seq, before: null, after: {} } as const;
    const license = pickLicenseFields(sampleLicense({ id, seq }));
    const write = journalWrite({ ...author, nowMs: now() }, { ...change, notBefore: '', license });
    const spoilt = 'put' in write && seq === 1 ? { put: { ...write.put, actor: 'nobody' } } : write;
    await transact<never>(service.table(brand.key_prefix), [spoilt]);
  }
  expect(await countBatch(messages)).toEqual([]);
});

test('a recount takes in every license of a brand, however many it counts at once', async () => {
  const many = await service.brand();
  for (let count = 0; count <= ENTITIES_AT_ONCE; count += 1) await purchase(service, many);
  await countAll(service, many);
  await recount({
    brands: [many.key_prefix],
    open: (owner) => service.table(owner),
    pages: async function* () {
      yield await wholeTable(service);
    },
    random: () => 0.5,
    logger: { error: () => undefined },
  });
  const { body } = await service.call(countLicenses, { apiKey: many.apiKey, query: {} });
  expect(body['count']).toBe(ENTITIES_AT_ONCE + 1);
});
