import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 250;

/**
 * Calls `ask` until it returns a value, and throws after the timeout. Errors of `ask` are retried; the last one is part
 * of the final error.
 */
export async function until<T>(what: string, withinMs: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await pause(EVERY_MS);
  }
  const why = last instanceof Error ? ` (${last.message})` : '';
  throw new Error(`waited ${withinMs / 1000} s for ${what}, in vain${why}`, { cause: last });
}
