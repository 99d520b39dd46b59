/** What the world does to its containers, each in so many of a thousand cases. */
export const FAULTS = {
  'a transaction conflicts with another write': 30,
  'the table throttles a request': 15,
  'a request is lost before it is executed': 15,
  'an answer is lost after the request was executed': 20,
  'a batch leaves keys unprocessed': 25,
  'a request is late by seconds': 5,
  'a partition is hot for a second': 3,
  'the secret is away': 50,
  'the secret is throttled': 30,
  'the secret is slow': 50,
  'a container dies at a wait': 6,
  'a container begins cold': 100,
  'the answer to a client is lost': 20,
  'the bus takes part of a batch': 60,
  'the bus repeats an event': 40,
  'the stream repeats a batch': 60,
  'the stream is late': 60,
  'a queue repeats a message': 50,
  'a message becomes visible early': 30,
  'a receiver fails': 120,
} as const satisfies Record<string, number>;
export type FaultName = keyof typeof FAULTS;

/** The part of `FAULTS` that a world has; none when it is calm. */
export type Weather = { isCalm: boolean; strikes: (fault: FaultName) => boolean; struck: Map<FaultName, number> };

export function openWeather(below: (bound: number) => number, names: readonly FaultName[]): Weather {
  const chosen = new Set(names);
  const weather: Weather = {
    isCalm: false,
    struck: new Map(),
    strikes(fault) {
      if (weather.isCalm || !chosen.has(fault) || below(1_000) >= FAULTS[fault]) return false;
      weather.struck.set(fault, (weather.struck.get(fault) ?? 0) + 1);
      return true;
    },
  };
  return weather;
}
