import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Field } from './json-fields.ts';

/** A request as sent, parsed a number of times. */
export type ReadTask = { operation: string; event: APIGatewayProxyEventV2; times: number };
/** The example of a route with each long text in one of its fields, checked by the route's schema alone. */
export type LongTask = { operation: string; path: Field['path'] };
export type Read = { isTaken: boolean; faults: string[] };
/** The names of the long texts, and which of them the route takes. */
export type TakenTexts = [what: string, isTaken: boolean][];

type InputReader = {
  read: (asked: ReadTask) => Promise<Read>;
  readLong: (asked: LongTask) => Promise<TakenTexts>;
  end: () => Promise<unknown>;
};

/** Parses input in its own thread, so that a test of an endless parse fails by its timeout. */
export function startInputReader(): InputReader {
  const worker = new Worker(join(import.meta.dirname, 'input-reader-worker.ts'));
  const ask = async (asked: ReadTask | LongTask): Promise<unknown> => {
    const { port1, port2 } = new MessageChannel();
    const answered = once(port1, 'message');
    worker.postMessage({ asked, port: port2 }, [port2]);
    const [answer] = (await answered) as [unknown];
    port1.close();
    return answer;
  };
  return {
    read: async (asked) => (await ask(asked)) as Read,
    readLong: async (asked) => (await ask(asked)) as TakenTexts,
    end: () => worker.terminate(),
  };
}
