import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { BUS_PATIENCE, clientOptions, withoutLogger } from '../process/aws-client.ts';
import type { EventsConfig } from '../process/config.ts';
import type { BusEntry } from '../events/outgoing.ts';
import { required } from '../domain/invariant.ts';

/** The result for one entry: it is on the bus, the bus rejects it for good, or the bus does not take it now. */
export type BusOutcome = { kind: 'sent' } | { kind: 'refused'; reason: string } | { kind: 'away'; reason: string };

/**
 * Puts at most `MAX_CALL_ENTRIES` and `MAX_CALL_BYTES` on the bus in one call; returns one outcome for each, in their
 * order. Never rejects: when `signal` ends the call, the bus counts as away.
 */
export type Bus = (entries: readonly BusEntry[], signal?: AbortSignal) => Promise<BusOutcome[]>;

/** Puts entries on the bus, and returns the outcome of each. */
export async function putOnBus(
  bus: Bus,
  entries: readonly BusEntry[],
  signal?: AbortSignal,
): Promise<(entry: BusEntry) => BusOutcome> {
  const outcomes = entries.length === 0 ? [] : await bus(entries, signal);
  const byEntry = new Map(entries.map((entry, i) => [entry, outcomes[i]]));
  return (entry) => required(byEntry.get(entry), 'each entry has an outcome');
}

/**
 * Error codes that concern an entry's content. Any other (throttling, missing rights, no bus) means that the bus is
 * unavailable.
 */
const OF_CONTENT = new Set([
  'InvalidArgument',
  'MalformedDetail',
  'RequestEntityTooLargeException',
  'SerializationException',
  'ValidationException',
]);

export function openBus({ region, busName, busEndpoint }: EventsConfig): Bus {
  const client = withoutLogger(new EventBridgeClient(clientOptions({ region, endpoint: busEndpoint }, BUS_PATIENCE)));
  const put: Bus = async (entries, signal) => {
    try {
      const { Entries = [] } = await client.send(
        new PutEventsCommand({ Entries: entries.map((entry) => requestEntry(busName, entry)) }),
        signal && { abortSignal: signal },
      );
      return entries.map((_, i) => outcomeOf(Entries[i]));
    } catch (cause) {
      const error = cause as Failure;
      const reason = `${error.name}: ${error.message}`;
      if (!isOfContent(error)) return entries.map(() => ({ kind: 'away', reason }));
      if (entries.length === 1) return [{ kind: 'refused', reason }];
      // One of them made the whole call fail: sending each alone shows which.
      const alone: BusOutcome[] = [];
      for (const entry of entries) alone.push(...(await put([entry], signal)));
      return alone;
    }
  };
  return put;
}

const requestEntry = (busName: string, { source, type, occurred_at, detail }: BusEntry): PutEventsRequestEntry => ({
  EventBusName: busName,
  Source: source,
  DetailType: type,
  Detail: detail,
  Time: new Date(occurred_at),
});

function outcomeOf(
  result:
    { EventId?: string | undefined; ErrorCode?: string | undefined; ErrorMessage?: string | undefined } | undefined,
): BusOutcome {
  if (result?.EventId !== undefined && result.ErrorCode === undefined) return { kind: 'sent' };
  const reason = [result?.ErrorCode ?? 'NoAnswer', result?.ErrorMessage]
    .filter((part) => part !== undefined)
    .join(': ');
  return { kind: OF_CONTENT.has(result?.ErrorCode ?? '') ? 'refused' : 'away', reason };
}

/** The SDK rejects with no other errors. */
type Failure = Error & { $metadata?: { httpStatusCode?: number } };

const isOfContent = ({ name, $metadata }: Failure): boolean =>
  $metadata?.httpStatusCode === 413 || OF_CONTENT.has(name);
