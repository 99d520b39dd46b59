import type { Environment } from '../environment.ts';
import { openRelayRedrive } from './relay.ts';
import type { Redrive } from './redrive.ts';
import { openSweepRedrive } from './sweep.ts';

/** Every dead-letter queue of a stage, by the name in its alarms. */
export const redrives: Readonly<Record<string, { about: string; open: (environment: Environment) => Redrive }>> = {
  relay: { about: 'events that could not be sent to the event bus; sends them', open: openRelayRedrive },
  sweep: { about: 'runs of the expiry sweep that Lambda did not start; runs the sweep once', open: openSweepRedrive },
};
