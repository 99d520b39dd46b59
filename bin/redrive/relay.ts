import { readConfig, readEventsConfig } from '../../lib/process/config.ts';
import { deadline } from '../../lib/process/timers.ts';
import { openAsideQueue } from '../../lib/relay/aside.ts';
import { openSlugs } from '../../lib/relay/slugs.ts';
import { openBus } from '../../lib/relay/bus.ts';
import { redrive, type RedriveOutcome, type RedriveParts, type Redriven as Event } from '../../lib/relay/redrive.ts';
import type { Environment } from '../environment.ts';
import type { Redrive } from './redrive.ts';
import { openWire } from './wire.ts';

/**
 * Reads the present form of each journal entry and puts it on the bus. An entry that still cannot be sent stays, with
 * the reason.
 */
export function openRelayRedrive(environment: Environment): Redrive {
  const parts = openParts(environment);
  return {
    count: () => parts.queue.count(),
    async *run(options) {
      for await (const event of redrive(parts, options)) yield { line: lineOf(event), kept: isKept(event.outcome) };
    },
  };
}

function openParts(environment: Environment): RedriveParts {
  const { tableName } = readConfig(environment);
  const events = readEventsConfig(environment);
  const wire = openWire(environment);
  return {
    queue: openAsideQueue(events),
    bus: openBus(events),
    slugOf: openSlugs({ wire, tableName }),
    table: (...owners) => ({ wire, name: tableName, owners, signal: deadline(10_000) }),
  };
}

function lineOf({ entry, outcome }: Event): string {
  const what = entry === undefined ? 'a message that is no event' : `${entry.type}  ${entry.pk} ${entry.sk}`;
  return isKept(outcome) ? `kept  ${what}: ${outcome.reason}` : `${outcome.kind.replaceAll('_', ' ')}  ${what}`;
}

const isKept = (outcome: RedriveOutcome): outcome is Extract<RedriveOutcome, { reason: string }> =>
  outcome.kind === 'kept' || outcome.kind === 'bus_unavailable';
