import type { Cdk } from './cdk.ts';
import type { Client, Emulator } from './emulator.ts';
import type { Receiver } from './receiver.ts';
import type { Report } from './report.ts';

/** A run of the proof: the emulated cloud, the folder of the run and the means to deploy. */
export type Proof = {
  report: Report;
  emulator: Emulator;
  receiver: Receiver;
  folder: string;
  root: string;
  cdk: Cdk;
  client: Client;
};
