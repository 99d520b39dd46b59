import type { Environment } from '../environment.ts';
import { openRelayRedrive } from './relay.ts';
import type { Redrive } from './redrive.ts';
import { openSweepRedrive } from './sweep.ts';

/** Every dead-letter queue of a stage, by the name that its alarms have. */
export const redrives: Readonly<Record<string, { about: string; open: (environment: Environment) => Redrive }>> = {
  relay: { about: 'events that could not be put on the bus: they are put there', open: openRelayRedrive },
  sweep: { about: 'calls of the sweep that Lambda did not take: it sweeps once, from here', open: openSweepRedrive },
};
