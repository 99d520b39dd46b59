import type { Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import { startRawReceiver, startReceiver, type Answering, type Receiver } from './receiver.ts';

/** Starts receivers, and stops them and other things after each test, in reverse order. */
export function receivers() {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  const kept = <T extends { stop: () => Promise<void> }>(started: T): T => {
    stops.push(started.stop);
    return started;
  };
  return {
    receiver: async (answer?: Answering, options?: Parameters<typeof startReceiver>[1]): Promise<Receiver> =>
      kept(await startReceiver(answer, options)),
    rawReceiver: async (talk: (socket: Socket) => void) => kept(await startRawReceiver(talk)),
    stopAfter: (stop: () => Promise<void>) => void stops.push(stop),
  };
}
