import { MINUTE_MS, isoSeconds } from '../../../lib/domain/time.ts';

/**
 * The service asks Date.now for the time. A test that changes it imports this file before the service's first call, at
 * which it binds its clock.
 */
const real = Date.now.bind(Date);
let offset = 0;
let stopped: number | undefined;
Date.now = () => stopped ?? real() + offset;

/** Moves the clock, forward or back, for all later reads. */
export function moveClock(ms: number): void {
  if (stopped === undefined) offset += ms;
  else stopped += ms;
}

/** Stops the clock at a moment. Then only the test moves it, so that seconds are exact on a slow machine. */
export function stopClock(time: string): void {
  stopped = Date.parse(time);
}

/** Moves the clock to the start of a minute: what is counted by the minute is then counted in this one alone. */
export function startMinute(): void {
  moveClock(MINUTE_MS - (Date.now() % MINUTE_MS));
}

/** The time in this many milliseconds, as the API writes it. */
export const inMs = (ms: number): string => isoSeconds(Date.now() + ms);
