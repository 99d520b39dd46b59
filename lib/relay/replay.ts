import { errorText } from '../process/error-text.ts';
import { uptimeMs } from '../process/clock.ts';
import { deadline, sleep } from '../process/timers.ts';
import { isoSeconds } from '../domain/time.ts';
import {
  busEntry,
  MAX_CALL_BYTES,
  MAX_CALL_ENTRIES,
  outgoing,
  measureEntry,
  type BusEntry,
} from '../events/outgoing.ts';
import { journalBetween, type OpenTable } from '../table/journal-days.ts';
import type { Journalled } from '../table/journal-stream.ts';
import { putOnBus, type Bus } from './bus.ts';

export type ReplayParts = { bus: Bus; table: OpenTable; now: () => number };

/** `from` and `to` are seconds, both included. `rate` is in events a second. */
export type ReplayRequest = {
  brand: { key_prefix: string; slug: string };
  from: string;
  to: string;
  matches: (type: string) => boolean;
  rate: number;
  dryRun: boolean;
};

/** The progress of a replay: `at` is its present second; everything before it is done. */
export type Progress = { at: string; sent: number; refused: number; byType: Map<string, number> };

/** A replay from `progress.at` continues a stopped one, and may repeat that second. */
export type Replayed =
  { kind: 'finished'; progress: Progress } | { kind: 'stopped'; progress: Progress; reason: string };

type Ready = { entity: string; type: string; send: BusEntry };

const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 200;

/**
 * Puts a brand's journal entries on the bus again, marked with `replayed_at`, in order of time and each entity's by
 * `seq`. A call waits for all earlier ones, and never has two entries of one entity. Entries that the bus rejects for
 * good are reported and skipped.
 */
export async function replay(
  parts: ReplayParts,
  request: ReplayRequest,
  {
    signal,
    onProgress,
    onRefused,
  }: { signal: AbortSignal; onProgress: (progress: Progress) => void; onRefused: (what: string) => void },
): Promise<Replayed> {
  const progress: Progress = { at: request.from, sent: 0, refused: 0, byType: new Map() };
  const refuse = (what: string): void => {
    progress.refused += 1;
    onRefused(what);
  };
  const paced = paceOf(request.rate);
  try {
    for await (const { at, entries } of journalBetween(
      parts.table,
      request.brand.key_prefix,
      request.from,
      request.to,
    )) {
      progress.at = at;
      const ready = entries
        .filter(({ type }) => request.matches(type))
        .flatMap((found) => prepared(parts, request, found, refuse));
      for (const call of callsOf(ready, Math.min(MAX_CALL_ENTRIES, Math.max(1, request.rate)))) {
        signal.throwIfAborted();
        const sent = request.dryRun
          ? call
          : await paced(call.length, signal).then(() => put(parts.bus, call, refuse, signal));
        progress.sent += sent.length;
        for (const { type } of sent) progress.byType.set(type, (progress.byType.get(type) ?? 0) + 1);
        onProgress(progress);
      }
      signal.throwIfAborted();
      onProgress(progress);
    }
    return { kind: 'finished', progress };
  } catch (error) {
    return {
      kind: 'stopped',
      progress,
      reason: signal.aborted ? 'interrupted' : errorText(error),
    };
  }
}

function prepared(
  { now }: ReplayParts,
  { brand }: ReplayRequest,
  found: Journalled,
  refuse: (what: string) => void,
): Ready[] {
  if (found.kind === 'unreadable') {
    refuse(`${found.key.pk} ${found.key.sk} cannot be read: ${found.reason}`);
    return [];
  }
  const event = { ...outgoing(found.entry, brand.slug), replayed_at: isoSeconds(now()) };
  return [{ entity: found.key.pk, type: found.entry.type, send: busEntry(event) }];
}

/** Keeps the given order. A call ends when it is full, or before an entity's second entry. */
function* callsOf(ready: readonly Ready[], atMost: number): Generator<Ready[]> {
  let call: Ready[] = [];
  let bytes = 0;
  for (const one of ready) {
    const size = measureEntry(one.send);
    const isFull = call.length === atMost || (call.length > 0 && bytes + size > MAX_CALL_BYTES);
    if (isFull || call.some(({ entity }) => entity === one.entity)) {
      yield call;
      call = [];
      bytes = 0;
    }
    call.push(one);
    bytes += size;
  }
  if (call.length > 0) yield call;
}

/**
 * Puts a call on the bus, and repeats it until each entry is there or rejected. Throws when the bus stays
 * unavailable.
 */
async function put(
  bus: Bus,
  call: readonly Ready[],
  refuse: (what: string) => void,
  signal: AbortSignal,
): Promise<Ready[]> {
  const refused = new Set<Ready>();
  const patience = deadline(PATIENCE_MS, signal);
  let open = call;
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    const outcomeOf = await putOnBus(
      bus,
      open.map(({ send }) => send),
      patience,
    );
    let away: string | undefined;
    open = open.filter((one) => {
      const outcome = outcomeOf(one.send);
      switch (outcome.kind) {
        case 'sent':
          return false;
        case 'refused':
          refused.add(one);
          refuse(`${one.type} of ${one.entity}: ${outcome.reason}`);
          return false;
        case 'away':
          away = outcome.reason;
          return true;
      }
    });
    if (away === undefined) return call.filter((one) => !refused.has(one));
    try {
      await sleep(pause, patience);
    } catch (cause) {
      throw new Error(`the bus is unavailable: ${away}`, { cause });
    }
  }
}

/** Waits until this many more may be sent: never more than `rate` in a second. */
function paceOf(rate: number): (count: number, signal: AbortSignal) => Promise<void> {
  let freeAt = uptimeMs();
  return async (count, signal) => {
    const waitMs = freeAt - uptimeMs();
    if (waitMs > 0) await sleep(waitMs, signal);
    freeAt = Math.max(freeAt, uptimeMs()) + (count / rate) * 1000;
  };
}
