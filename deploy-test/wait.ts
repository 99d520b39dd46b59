import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 250;

/**
 * Asks until there is an answer, and throws what was waited for when there is none in time. An error of `ask` is no
 * answer yet; the last one is told.
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
