import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { callLater } from '../lib/process/timers.ts';

/** `away` closes every connection at once, `slow` delays each request. */
export type FaultMode = 'off' | 'away' | 'slow';

/** A part of the service that can be taken away and given back. */
export type FaultSwitch = { set: (mode: FaultMode, delayMs: number) => void };

export type FaultProxy = FaultSwitch & { endpoint: string; stop: () => void };

/** Stands in front of a server on this machine, and passes bytes on while its fault is off. */
export async function openFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname: host, port } = new URL(target);
  const open = new Set<Socket>();
  let mode: FaultMode = 'off';
  let delayMs = 0;
  /** A request may come in many pieces, and only the first of them after an answer waits. */
  const delayed = (request: { isNew: boolean }): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, pass) {
        const waits = mode === 'slow' && request.isNew;
        request.isNew = false;
        if (waits) callLater(delayMs, () => pass(null, chunk));
        else pass(null, chunk);
      },
    });
  const server = createServer((caller) => {
    if (mode === 'away') {
      caller.destroy();
      return;
    }
    const called = connect(Number(port), host);
    joinEnds(caller, called, open);
    joinEnds(called, caller, open);
    const request = { isNew: true };
    caller.pipe(delayed(request)).pipe(called);
    called.on('data', () => {
      request.isNew = true;
    });
    called.pipe(caller);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const closeAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    set(next, ms) {
      mode = next;
      delayMs = ms;
      if (mode === 'away') closeAll();
    },
    stop() {
      server.close();
      closeAll();
    },
  };
}

/** One switch for several proxies. */
export const joinSwitches = (switches: readonly FaultSwitch[]): FaultSwitch => ({
  set(mode, delayMs) {
    for (const each of switches) each.set(mode, delayMs);
  },
});

/** Closes the other end of a connection when one end closes. */
function joinEnds(end: Socket, other: Socket, open: Set<Socket>): void {
  open.add(end);
  end.setNoDelay(true);
  end.on('error', () => end.destroy());
  end.once('close', () => {
    open.delete(end);
    other.destroy();
  });
}
