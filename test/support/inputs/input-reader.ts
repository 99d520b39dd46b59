import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as sent, parsed a number of times; or fields of any size, checked by the route's schema alone. */
export type ReadTask =
  { operation: string; event: APIGatewayProxyEventV2; times: number } | { operation: string; fields: unknown };
export type Read = { isTaken: boolean; faults: string[] };

/** Parses input in its own thread, so that a test of an endless parse fails by its timeout. */
export function startInputReader(): { read: (asked: ReadTask) => Promise<Read>; end: () => Promise<unknown> } {
  const worker = new Worker(join(import.meta.dirname, 'input-reader-worker.ts'));
  return {
    read: async (asked) => {
      const { port1, port2 } = new MessageChannel();
      const answered = once(port1, 'message');
      worker.postMessage({ asked, port: port2 }, [port2]);
      const [read] = (await answered) as [Read];
      port1.close();
      return read;
    },
    end: () => worker.terminate(),
  };
}
