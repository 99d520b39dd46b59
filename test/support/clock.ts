import { isoSeconds } from '../../lib/domain/time.ts';

/** The service asks Date.now for the time. A test that moves it imports this file before the service takes hold of its clock, at its first call. */
const real = Date.now.bind(Date);
let offset = 0;
let stopped: number | undefined;
Date.now = () => stopped ?? real() + offset;

export const DAY_MS = 86_400_000;

/** Moves the clock, for all that asks from now on; back, too. */
export function moveClock(ms: number): void {
  if (stopped === undefined) offset += ms;
  else stopped += ms;
}

/** Stops the clock at a moment. Then it goes on only when it is moved, so that a test may speak of seconds however slow the machine is. */
export function stopClock(time: string): void {
  stopped = Date.parse(time);
}

/** The time in so many milliseconds, as the API writes it. */
export const inMs = (ms: number): string => isoSeconds(Date.now() + ms);
