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
  const delayed = (): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, pass) {
        if (mode === 'slow') callLater(delayMs, () => pass(null, chunk));
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
    caller.pipe(delayed()).pipe(called);
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
