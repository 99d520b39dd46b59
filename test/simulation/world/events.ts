import { jobs, rules } from '../../../lib/jobs.ts';
import type { BusEvent, SimulatedWorld, Stream } from './parts.ts';

type StreamRecord = { eventName: 'INSERT'; dynamodb: { Keys: object; NewImage: object; SequenceNumber: string } };

const SHARDS = 2;
const RETRY_MS = 1_000;
const SOON_MS = 20;

export function openStream(openWorld: () => SimulatedWorld): Stream {
  const shards = Array.from({ length: SHARDS }, () => ({ records: [] as StreamRecord[], isBusy: false }));
  let count = 0;
  type Shard = (typeof shards)[number];
  const pump = async (shard: Shard): Promise<void> => {
    if (shard.isBusy || shard.records.length === 0) return;
    shard.isBusy = true;
    const world = openWorld();
    const { stream, timeoutS } = jobs['relay-journal'];
    const batch = shard.records.slice(0, stream.batch.size);
    const outcome = await world.invoke('relay-journal', { Records: batch }, timeoutS * 1_000);
    const done = countDone(outcome.kind === 'answered' ? outcome.value : undefined, batch);
    if (!world.weather.strikes('the stream repeats a batch')) shard.records.splice(0, done);
    shard.isBusy = false;
    wake(shard, done < batch.length ? RETRY_MS : 0);
  };
  const wake = (shard: Shard, ms: number): void => void openWorld().scheduler.after(ms, () => void pump(shard));
  return {
    add({ key, before, after }) {
      if (before !== undefined || after === undefined) return;
      if (!key.sk.startsWith(jobs['relay-journal'].stream.record.sortKeyBegins)) return;
      count += 1;
      const { weather, chance } = openWorld();
      const shard = shards[[...key.pk].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % SHARDS];
      if (shard === undefined) throw new Error('there is no shard');
      const Keys = { pk: { S: key.pk }, sk: { S: key.sk } };
      shard.records.push({
        eventName: 'INSERT',
        dynamodb: { Keys, NewImage: after, SequenceNumber: String(count).padStart(12, '0') },
      });
      wake(shard, weather.strikes('the stream is late') ? chance.below(60_000) : chance.below(SOON_MS));
    },
    isIdle: () => shards.every(({ records }) => records.length === 0),
  };
}

function countDone(value: unknown, batch: readonly StreamRecord[]): number {
  if (value === undefined) return 0;
  const [failed] = (value as { batchItemFailures: { itemIdentifier: string }[] }).batchItemFailures;
  if (failed === undefined) return batch.length;
  return batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failed.itemIdentifier);
}

type PutEntry = { Source: string; DetailType: string; Detail: string; Time: Date };

/** The bus: it may take part of a batch, and hand on an event twice. Everything that it took is kept. */
export function putEvents(world: SimulatedWorld, { Entries }: { Entries: readonly PutEntry[] }): object {
  const results = Entries.map((entry, i) => {
    if (world.weather.strikes('the bus takes part of a batch')) return { ErrorCode: 'ThrottlingException' };
    const event = JSON.parse(entry.Detail) as BusEvent;
    world.busEvents.push(event);
    const times = world.weather.strikes('the bus repeats an event') ? 2 : 1;
    for (let time = 0; time < times; time += 1) handOn(world, entry, event);
    return { EventId: `${event.id}-${i}` };
  });
  return { Entries: results, FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length };
}

function handOn(world: SimulatedWorld, { Source, DetailType, Time }: PutEntry, detail: BusEvent): void {
  for (const { source, withoutField, queue } of Object.values(rules)) {
    if (Source !== source || Object.hasOwn(detail, withoutField)) continue;
    const body = { version: '0', id: detail.id, 'detail-type': DetailType, source, time: Time.toISOString(), detail };
    const message = { MessageBody: JSON.stringify(body) };
    world.scheduler.after(world.chance.below(100), () => world.queues[queue].send(message));
  }
}
