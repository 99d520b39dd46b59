import type { Environment } from '../environment.ts';
import { openRelayRedrive } from './relay.ts';
import { openSweepRedrive } from './sweep.ts';

/** What became, or would become, of one message: in a line, and whether it stays in its queue. */
export type Redriven = { line: string; kept: boolean };

/** How what lies in one dead-letter queue is brought to where it should have gone. */
export type Redrive = {
  /** About how many messages there are. */
  count: () => Promise<number>;
  run: (options: { dryRun: boolean }) => AsyncGenerator<Redriven>;
};

/** Every dead-letter queue of the stack, by the name that its alarms have. */
export const redrives: Readonly<Record<string, { about: string; open: (environment: Environment) => Redrive }>> = {
  relay: { about: 'events that could not be put on the bus: they are put there', open: openRelayRedrive },
  sweep: { about: 'calls of the sweep that Lambda did not take: it sweeps once, from here', open: openSweepRedrive },
};
