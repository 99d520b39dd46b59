import { setImmediate as afterMicrotasks } from 'node:timers/promises';

/** Virtual time passes only from one waiting call to the next, so a year takes no longer than what happens in it. */
export type Scheduler = {
  nowMs: () => number;
  /**
   * Calls after so many virtual milliseconds. The returned function cancels the call. A call that returns `quiet` wakes
   * no code.
   */
  after: (ms: number, call: () => unknown) => () => void;
  /** Lets time pass until nothing waits, or until it is over. */
  run: (isOver?: () => boolean) => Promise<void>;
  /** Lets this much time pass, and all that waits in it. */
  pass: (ms: number) => Promise<void>;
  /** The number of calls under way whose code streams: it takes more than its promises to come to where it waits. */
  streaming: number;
};

type Waiting = { atMs: number; order: number; call: () => unknown; isCancelled?: true };

const isBefore = (one: Waiting, other: Waiting): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

/** Lets everything run that waits for nothing outside: no container of the simulation does real input or output. */
export const settle = async (): Promise<void> => {
  await afterMicrotasks();
};

/** The same for code that does not stream, in a fraction of the time. */
const runPromises = (): Promise<void> =>
  new Promise((resolve) => {
    process.nextTick(resolve);
  });

export function openScheduler(startMs: number): Scheduler {
  const heap: Waiting[] = [];
  let nowMs = startMs;
  let order = 0;
  const takeFirst = (untilMs: number): Waiting | undefined => {
    for (let [first] = heap; first !== undefined && first.atMs <= untilMs; [first] = heap) {
      popFirst(heap);
      if (first.isCancelled !== true) return first;
    }
    return undefined;
  };
  const runUntil = async (untilMs: number, isOver: () => boolean): Promise<void> => {
    await settle();
    for (let next = takeFirst(untilMs); next !== undefined; next = takeFirst(untilMs)) {
      nowMs = Math.max(nowMs, next.atMs);
      if (next.call() === 'quiet') continue;
      await (scheduler.streaming > 0 ? settle() : runPromises());
      if (isOver()) return;
    }
  };
  const scheduler: Scheduler = {
    streaming: 0,
    nowMs: () => nowMs,
    after(ms, call) {
      order += 1;
      const waiting: Waiting = { atMs: nowMs + Math.max(0, ms), order, call };
      push(heap, waiting);
      return () => {
        waiting.isCancelled = true;
      };
    },
    run: (isOver = () => false) => runUntil(Infinity, isOver),
    async pass(ms) {
      const untilMs = nowMs + ms;
      await runUntil(untilMs, () => false);
      nowMs = untilMs;
    },
  };
  return scheduler;
}

function push(heap: Waiting[], added: Waiting): void {
  heap.push(added);
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapIfBefore(heap, at, parent)) return;
    at = parent;
  }
}

function popFirst(heap: Waiting[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let at = 0; ;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    if (left === undefined) return;
    const least = right !== undefined && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
    if (!swapIfBefore(heap, least, at)) return;
    at = least;
  }
}

function swapIfBefore(heap: Waiting[], child: number, parent: number): boolean {
  const [one, other] = [heap[child], heap[parent]];
  if (one === undefined || other === undefined || !isBefore(one, other)) return false;
  [heap[child], heap[parent]] = [other, one];
  return true;
}
