import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deadLetters } from '../lib/dead-letters.ts';
import { bus as busTable } from '../lib/jobs.ts';
import { startBus, type Consumer, type LocalBus } from './bus.ts';
import { saveClock } from './data-folder.ts';
import { startEventFlow, type EventFlow } from './event-flow.ts';
import { eventLine } from './event-line.ts';
import type { Options } from './options.ts';
import { openQueues, type Queues } from './queues.ts';
import { followStream } from './stream.ts';
import { sweepAfterJump } from './sweep-jump.ts';
import { countRule, startWebhooks, webhookEnvironment, webhookRule } from './webhooks.ts';

type Table = { endpoint: string; tableName: string };

/** The event rules of this machine: who gets which events. */
function consumersFor({ events }: Pick<Options, 'events'>, queues: Queues): Consumer[] {
  return [
    webhookRule(queues),
    countRule(queues),
    ...(events
      ? [
          {
            name: 'live view',
            handle: ({ detail }: Parameters<Consumer['handle']>[0]) => console.log(eventLine(detail)),
          },
        ]
      : []),
  ];
}

/** The bus and the queues, which the functions must know of before they are called. */
export function openBus(options: Pick<Options, 'events'>): Promise<LocalBus> {
  const queues = openQueues();
  return startBus(consumersFor(options, queues), console.error, queues);
}

/** The variables that the stacks give to the relay and to the functions that send webhooks. */
export const buildBusEnvironment = (bus: LocalBus) => ({
  [busTable.variables.name]: 'local',
  [busTable.variables.endpoint]: bus.endpoint,
  [deadLetters.relay.variable]: bus.queueUrl,
  ...webhookEnvironment(bus),
});

/** The jobs, which are deployed as functions without routes. */
export async function importJobs() {
  const [
    { handler: relay },
    { handler: sweep },
    { handler: fanOut },
    { handler: countEvents },
    { handler: deliver },
    { handler: sweepWebhooks },
    { handler: renewSigningKeys },
    { handler: runImport },
    { handler: inspect },
    { handler: auditSegment },
    { handler: archiveLicenses },
  ] = await Promise.all([
    import('../functions/relay-journal.ts'),
    import('../functions/sweep-due.ts'),
    import('../functions/fan-out-event.ts'),
    import('../functions/count-events.ts'),
    import('../functions/deliver-webhook.ts'),
    import('../functions/sweep-webhooks.ts'),
    import('../functions/renew-signing-keys.ts'),
    import('../functions/run-import.ts'),
    import('../functions/inspect-package.ts'),
    import('../functions/audit-segment.ts'),
    import('../functions/archive-licenses.ts'),
  ]);
  return {
    relay,
    sweep,
    fanOut,
    countEvents,
    deliver,
    sweepWebhooks,
    renewSigningKeys,
    runImport,
    inspect,
    auditSegment,
    archiveLicenses,
  };
}

/** Follows the table's stream from here on, sends webhooks, and sweeps every minute. */
export async function openEventFlow(
  bus: LocalBus,
  table: Table,
  { localDir, dataDir, addresses }: Pick<Options, 'localDir' | 'dataDir'> & { addresses: Record<string, string> },
): Promise<EventFlow> {
  const { relay, sweep, sweepWebhooks, renewSigningKeys, archiveLicenses, ...handlers } = await importJobs();
  const checkpointFile = dataDir === undefined ? undefined : join(dataDir, 'stream-position.json');
  const stream = await followStream({ ...table, handler: relay, checkpointFile, onError: console.error });
  if (stream === undefined) console.log('This engine has no stream: events stay in the journal.');
  writeStack(localDir, bus, { ...table, addresses });
  const flow = startEventFlow({
    bus,
    stream,
    sweep,
    sweepAfterJump: sweepAfterJump(table),
    webhooks: startWebhooks(bus.queues, handlers, console.error),
    sweepWebhooks,
    renewSigningKeys,
    archiveLicenses,
    onMoved: () => {
      if (dataDir !== undefined) saveClock(dataDir);
    },
    onError: console.error,
  });
  await flow.renewKeys();
  return flow;
}

/** The file in which a command such as `npm run redrive -- --local` finds this service's addresses. */
function writeStack(
  localDir: string,
  bus: LocalBus,
  { endpoint, tableName, addresses }: Table & { addresses: Record<string, string> },
): void {
  const stack = { TABLE_NAME: tableName, DYNAMODB_ENDPOINT: endpoint, ...addresses, ...buildBusEnvironment(bus) };
  writeFileSync(join(localDir, 'stack.json'), `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
}
