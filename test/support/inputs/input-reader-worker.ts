import { parentPort, type MessagePort } from 'node:worker_threads';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { readInput } from '../../../lib/http/input.ts';
import { bindOAuth } from '../../../lib/http/oauth.ts';
import type { Route } from '../../../lib/api/route.ts';
import { routes } from '../../../lib/api/routes.ts';
import { issueToken } from '../../../lib/api/tokens.ts';
import { isRefusal } from '../../../lib/domain/refusal.ts';
import type { LongTask, ReadTask, Read, TakenTexts } from './input-reader.ts';
import { withValue } from './json-fields.ts';
import { LONG_TEXTS } from './long-texts.ts';

const oauth = bindOAuth(issueToken, () => Promise.reject(new Error('nothing is run here')));

function findRoute(operation: string): Route {
  const route = routes.find((one) => one.operation === operation);
  if (route === undefined) throw new Error(`no route ${operation}`);
  return route;
}

async function readEvent(operation: string, event: APIGatewayProxyEventV2): Promise<object> {
  const route = findRoute(operation);
  return route.oauth === true ? (oauth.read?.(event) ?? {}) : await readInput(route, event);
}

async function read(asked: ReadTask): Promise<Read> {
  let refusal: object = {};
  for (let i = 0; i < asked.times; i += 1) refusal = await readEvent(asked.operation, asked.event);
  if (!isRefusal(refusal)) return { isTaken: true, faults: [] };
  const faults = refusal.code === 'bad_request' ? refusal.facts.errors : [];
  return { isTaken: false, faults: faults.map(({ pointer, message }) => `${pointer} ${message}`) };
}

function readLong({ operation, path }: LongTask): TakenTexts {
  const { input, example } = findRoute(operation);
  return Object.entries(LONG_TEXTS).map(([what, text]) => [
    what,
    z.safeParse(input, withValue(example, path, text)).success,
  ]);
}

parentPort?.on('message', ({ asked, port }: { asked: ReadTask | LongTask; port: MessagePort }) => {
  if ('path' in asked) port.postMessage(readLong(asked));
  else void read(asked).then((answer) => port.postMessage(answer));
});
