import {
  DynamoDBStreamsClient,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { startBus, type BusEvent, type LocalBus } from '../../../local/bus.ts';
import { asDeployed, followStream, type LocalStream, type StreamHandler } from '../../../local/stream.ts';
import type { OutgoingEvent } from '../../../lib/events/outgoing.ts';
import { serveStream } from '../../../lib/relay/open-relay.ts';
import { openRuntime } from '../../../lib/runtime.ts';
import { engineEndpoint } from '../run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../table/fault-proxy.ts';
import { onItsRole } from '../run/roles.ts';
import type { Service } from '../service/service.ts';

export type RelayRig = {
  /** The entries that a consumer got, in its order. */
  events: OutgoingEvent[];
  bus: LocalBus;
  /** Proxies bus and queue. */
  faults: FaultProxy;
  handler: StreamHandler;
  /** Follows the stream of the service's table with this handler (the relay's own by default). */
  follow: (handler?: StreamHandler) => Promise<LocalStream>;
  /** The errors of the relay, and of the bus's deliveries. */
  errors: unknown[];
  stop: () => Promise<void>;
};

/** A relay for the service's table: the real stream, the real clients, and a bus and queue that can be made to fail. */
export async function startRelay(
  service: Service,
  { timeoutMs = 10_000 }: { timeoutMs?: number } = {},
): Promise<RelayRig> {
  const events: OutgoingEvent[] = [];
  const errors: unknown[] = [];
  const bus = await startBus([{ name: 'test', handle: ({ detail }: BusEvent) => void events.push(detail) }], (error) =>
    errors.push(error),
  );
  const faults = await startFaultProxy(bus.endpoint);
  Object.assign(process.env, {
    EVENT_BUS_NAME: 'test',
    EVENT_BUS_ENDPOINT: faults.endpoint,
    ASIDE_QUEUE_URL: `${faults.endpoint}/000000000000/dead-letters-relay`,
  });
  const relay = serveStream(openRuntime);
  const handler: StreamHandler = (event, context) => onItsRole('relay-journal', () => relay(event, context));
  const streams: LocalStream[] = [];
  return {
    events,
    bus,
    faults,
    handler,
    errors,
    follow: async (by = handler) => {
      const options = {
        endpoint: engineEndpoint(),
        tableName: service.tableName,
        handler: by,
        timeoutMs,
        onError: (error: unknown) => errors.push(error),
      };
      const stream = await followStream(options);
      if (stream === undefined) throw new Error('the engine gives no stream');
      streams.push(stream);
      return stream;
    },
    stop: async () => {
      await Promise.all(streams.map((stream) => stream.stop()));
      await faults.stop();
      await bus.stop();
    },
  };
}

/** All records of the table's stream so far, in the relay's format. */
export async function recordsOf({ client, tableName }: Service): Promise<DynamoDBStreamEvent['Records']> {
  const StreamArn = (await client.send(new DescribeTableCommand({ TableName: tableName }))).Table?.LatestStreamArn;
  const streams = new DynamoDBStreamsClient({
    endpoint: engineEndpoint(),
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const ShardId = (await streams.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription?.Shards?.[0]
    ?.ShardId;
  let { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const records: unknown[] = [];
  for (;;) {
    const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
    if ((page.Records ?? []).length === 0) break;
    records.push(...(page.Records ?? []).map(asDeployed));
    ShardIterator = page.NextShardIterator;
  }
  streams.destroy();
  return records as DynamoDBStreamEvent['Records'];
}

/** Calls the relay once, with this much time left: by default more than any machine needs. */
export const relayOnce = (
  rig: RelayRig,
  records: DynamoDBStreamEvent['Records'],
  remainingMs = 28_000,
): Promise<DynamoDBBatchResponse> =>
  rig.handler({ Records: records }, { awsRequestId: 'relay', getRemainingTimeInMillis: () => remainingMs });

/** The numbers of each entity's events, in the order of arrival, without repetitions. */
export function seqsByEntity(events: readonly OutgoingEvent[]): Map<string, number[]> {
  const seqs = new Map<string, number[]>();
  const seen = new Set<string>();
  for (const { id, entity, seq } of events) {
    if (seen.has(id)) continue;
    seen.add(id);
    seqs.set(entity.id, [...(seqs.get(entity.id) ?? []), seq]);
  }
  return seqs;
}

/** The PutEvents calls at the bus: the entity of each entry. */
export function callsOf(faults: FaultProxy): string[][] {
  return faults.asked
    .filter(({ operation }) => operation === 'PutEvents')
    .map(({ input }) =>
      (input['Entries'] as { Detail: string }[]).map(({ Detail }) => (JSON.parse(Detail) as OutgoingEvent).entity.id),
    );
}
