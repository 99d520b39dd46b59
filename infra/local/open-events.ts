import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBus, type Consumer, type LocalBus } from './bus.ts';
import { startEventFlow, type EventFlow } from './event-flow.ts';
import { eventLine } from './event-line.ts';
import type { Options } from './options.ts';
import { followStream } from './stream.ts';

type Table = { endpoint: string; tableName: string };

/** The event rules of this machine: who gets which events. */
function consumersFor({ events }: Pick<Options, 'events'>): Consumer[] {
  return [...(events ? [{ name: 'live view', handle: ({ detail }: Parameters<Consumer['handle']>[0]) => console.log(eventLine(detail)) }] : [])];
}

/** The bus and the queue, which the functions must know of before they are called. */
export function openBus(options: Pick<Options, 'events'>): Promise<LocalBus> {
  return startBus(consumersFor(options), console.error);
}

/** What the stack tells the relay when deployed. */
export const environmentOf = ({ endpoint, queueUrl }: LocalBus) => ({
  EVENT_BUS_NAME: 'local',
  EVENT_BUS_ENDPOINT: endpoint,
  ASIDE_QUEUE_URL: queueUrl,
});

/** What is deployed as functions without routes. */
export async function importJobs() {
  const [{ handler: relay }, { handler: sweep }] = await Promise.all([
    import('../../functions/relay-journal.ts'),
    import('../../functions/sweep-due.ts'),
  ]);
  return { relay, sweep };
}

/** Follows the table's stream from here on, and sweeps every minute. */
export async function openEventFlow(bus: LocalBus, table: Table, { localDir, dataDir }: Pick<Options, 'localDir' | 'dataDir'>): Promise<EventFlow> {
  const { relay, sweep } = await importJobs();
  const checkpointFile = dataDir === undefined ? undefined : join(dataDir, 'stream-position.json');
  const stream = await followStream({ ...table, handler: relay, checkpointFile, onError: console.error });
  if (stream === undefined) console.log('This engine has no stream: events stay in the journal.');
  writeStack(localDir, bus, table);
  return startEventFlow({ bus, stream, sweep, onError: console.error });
}

/** Where a command such as `npm run redrive -- --local` finds what runs here. */
function writeStack(localDir: string, bus: LocalBus, { endpoint, tableName }: Table): void {
  const stack = { TABLE_NAME: tableName, DYNAMODB_ENDPOINT: endpoint, ...environmentOf(bus) };
  writeFileSync(join(localDir, 'stack.json'), `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
}
