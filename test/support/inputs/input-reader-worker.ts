import { parentPort, type MessagePort } from 'node:worker_threads';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { readInput } from '../../../lib/http/input.ts';
import { bindOAuth } from '../../../lib/http/oauth.ts';
import { routes } from '../../../lib/api/routes.ts';
import { issueToken } from '../../../lib/api/tokens.ts';
import { isRefusal } from '../../../lib/domain/refusal.ts';
import type { ReadTask, Read } from './input-reader.ts';

const oauth = bindOAuth(issueToken, () => Promise.reject(new Error('nothing is run here')));

async function readEvent(operation: string, event: APIGatewayProxyEventV2): Promise<object> {
  const route = routes.find((one) => one.operation === operation);
  if (route === undefined) throw new Error(`no route ${operation}`);
  return route.oauth === true ? (oauth.read?.(event) ?? {}) : await readInput(route, event);
}

async function read(asked: ReadTask): Promise<Read> {
  if ('fields' in asked) {
    const route = routes.find(({ operation }) => operation === asked.operation);
    return { isTaken: route !== undefined && z.safeParse(route.input, asked.fields).success, faults: [] };
  }
  let refusal: object = {};
  for (let i = 0; i < asked.times; i += 1) refusal = await readEvent(asked.operation, asked.event);
  if (!isRefusal(refusal)) return { isTaken: true, faults: [] };
  const faults = refusal.code === 'bad_request' ? refusal.facts.errors : [];
  return { isTaken: false, faults: faults.map(({ pointer, message }) => `${pointer} ${message}`) };
}

parentPort?.on('message', ({ asked, port }: { asked: ReadTask; port: MessagePort }) => {
  void read(asked).then((answer) => port.postMessage(answer));
});
