import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { readConfig, readEventsConfig } from '../../lib/process/config.ts';
import { openAsideQueue, type AsideQueue } from '../../lib/relay/aside.ts';
import { openSlugs } from '../../lib/relay/slugs.ts';
import { openBus } from '../../lib/relay/bus.ts';
import { redrive, type Redriven, type RedriveParts } from '../../lib/relay/redrive.ts';
import { openRuntime } from '../../lib/runtime.ts';
import { keys } from '../../lib/table/keys.ts';
import { errorAnswer } from '../support/table/fault-proxy.ts';
import { purchase } from '../support/service/purchases.ts';
import { recordsOf, relayOnce, startRelay, type RelayRig } from '../support/webhooks/relay.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

let rig: RelayRig;
let queue: AsideQueue;
let parts: RedriveParts;
let licenses: string[];

const service = useService({ stream: 'quick' });
const brand = useBrand(service);
afterAll(() => service.client.destroy());

/** A dead-letter queue with the first entries of two licenses, which the bus rejected. */
beforeEach(async () => {
  rig = await startRelay(service);
  const sold = [await purchase(service, brand), await purchase(service, brand)];
  licenses = sold.map(({ licenses: [license] }) => license?.id ?? '');
  queue = openAsideQueue(readEventsConfig());
  parts = {
    queue,
    bus: openBus(readEventsConfig()),
    slugOf: openSlugs({ wire: openRuntime().wire, tableName: readConfig().tableName }),
    table: service.table,
  };
  rig.faults.tamper = (asked, forward) =>
    asked.operation === 'PutEvents' ? Promise.resolve(errorAnswer('ValidationException')) : forward();
  const theirs = (await recordsOf(service)).filter(({ dynamodb }) =>
    licenses.some((id) => dynamodb?.Keys?.['pk']?.S?.endsWith(id) === true),
  );
  expect(await relayOnce(rig, theirs)).toEqual({ batchItemFailures: [] });
  expect(await queue.count()).toBe(2);
  rig.faults.tamper = undefined;
});
afterEach(() => rig.stop());

async function run(dryRun = false): Promise<Redriven[]> {
  const all: Redriven[] = [];
  for await (const one of redrive(parts, { dryRun })) all.push(one);
  await rig.bus.idle();
  return all;
}

test('a redrive sends dead letters to the bus as the journal has them, and removes them from the queue', async () => {
  expect((await run()).map(({ outcome }) => outcome)).toEqual([{ kind: 'sent' }, { kind: 'sent' }]);
  expect(rig.events.map(({ entity }) => entity.id).sort()).toEqual([...licenses].sort());
  expect(rig.events[0]).toMatchObject({ type: 'license.provisioned', seq: 1, brand: { slug: brand.slug } });
  expect(rig.faults.asked.filter(({ operation }) => operation === 'DeleteMessage')).toHaveLength(2);
  expect(await queue.count()).toBe(0);
});

test('a dry run lists the dead letters to send, and neither sends nor removes any', async () => {
  expect((await run(true)).map(({ outcome }) => outcome)).toEqual([
    { kind: 'would_be_sent' },
    { kind: 'would_be_sent' },
  ]);
  expect(rig.events).toEqual([]);
  expect(rig.faults.asked.filter(({ operation }) => operation === 'DeleteMessage')).toEqual([]);
});

test('a redrive keeps a dead letter that still cannot be sent, with the reason, and sends the others', async () => {
  const gone = keys.journal(brand.key_prefix, licenses[0] ?? '', 1);
  await service.documents.send(new DeleteCommand({ TableName: service.tableName, Key: gone }));
  const outcomes = await run();
  expect(outcomes).toHaveLength(2);
  expect(outcomes.find(({ entry }) => entry?.pk === gone.pk)?.outcome).toEqual({
    kind: 'kept',
    reason: 'there is no such entry in the journal',
  });
  expect(outcomes.find(({ entry }) => entry?.pk !== gone.pk)?.outcome).toEqual({ kind: 'sent' });
});

test('a redrive keeps an event whose brand is not there, and one that the bus refuses for its content', async () => {
  const { slugOf } = parts;
  let asked = 0;
  parts.slugOf = (prefix) => {
    asked += 1;
    return asked === 1 ? Promise.resolve(undefined) : slugOf(prefix);
  };
  rig.faults.tamper = ({ operation }, forward) =>
    operation === 'PutEvents' ? Promise.resolve(errorAnswer('ValidationException')) : forward();
  expect((await run()).map(({ outcome }) => outcome)).toEqual([
    { kind: 'kept', reason: 'its brand is not there' },
    { kind: 'kept', reason: expect.stringContaining('ValidationException') },
  ]);
});

test('a redrive ends when the bus is unavailable, and removes nothing', async () => {
  rig.faults.tamper = (asked, forward) => (asked.operation === 'PutEvents' ? Promise.resolve('lost') : forward());
  const outcomes = await run();
  expect(outcomes).toEqual([
    {
      entry: expect.anything(),
      outcome: { kind: 'bus_unavailable', reason: expect.stringMatching(/^the bus is unavailable/) },
    },
  ]);
  expect(rig.faults.asked.filter(({ operation }) => operation === 'DeleteMessage')).toEqual([]);
});

test('a redrive keeps a message that the relay did not write', async () => {
  await queue.put({ ...({ DDBStreamBatchInfo: { shardId: 'x' } } as unknown as Parameters<AsideQueue['put']>[0]) });
  const outcomes = await run();
  expect(outcomes.filter(({ outcome }) => outcome.kind === 'sent')).toHaveLength(2);
  expect(outcomes.find(({ entry }) => entry === undefined)?.outcome).toEqual({
    kind: 'kept',
    reason: expect.stringContaining('runbook'),
  });
});
