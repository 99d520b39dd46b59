import { setTimeout as wait } from 'node:timers/promises';

/** Aborts after this many milliseconds, or with `signal` if that aborts first. */
export function deadline(ms: number, signal?: AbortSignal): AbortSignal {
  const timeIsUp = AbortSignal.timeout(Math.max(0, Math.floor(ms)));
  return signal ? AbortSignal.any([signal, timeIsUp]) : timeIsUp;
}

/** Waits this many milliseconds; rejects if the signal aborts first. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> => wait(ms, undefined, { signal });

/** Calls after this many milliseconds. The returned function cancels the call. */
export function callLater(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}

/** Calls every so many milliseconds while something else keeps the process alive. The returned function stops it. */
export function callEvery(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms).unref();
  return () => clearInterval(timer);
}
