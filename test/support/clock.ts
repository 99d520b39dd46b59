import { isoSeconds } from '../../lib/domain/time.ts';

/** The service asks Date.now for the time. A test that moves it imports this file before the service takes hold of its clock, at its first call. */
const real = Date.now.bind(Date);
let offset = 0;
Date.now = () => real() + offset;

export const DAY_MS = 86_400_000;

/** Moves the clock, for all that asks from now on; back, too. */
export function moveClock(ms: number): void {
  offset += ms;
}

/** Sets the clock to a moment, from which it goes on. */
export function setClock(time: string): void {
  offset = Date.parse(time) - real();
}

/** The time in so many milliseconds, as the API writes it. */
export const inMs = (ms: number): string => isoSeconds(Date.now() + ms);
