import { Refused } from '../admin/failures.ts';
import { randomUuid } from '../../lib/process/random.ts';
import { deadline, sleep } from '../../lib/process/timers.ts';

export type Json = Record<string, unknown>;
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type Call = {
  method: Method;
  path: string;
  /** An API key; none on product and open routes. */
  key?: string;
  body?: Json;
  /** Credentials of OAuth's client, as `id:secret`, with a form as the body. */
  client?: string;
  /** The status, or one of several; 200 if left out. */
  expected?: number | readonly number[];
};
export type Client = {
  baseUrl: string;
  call: (call: Call) => Promise<Json>;
  /** The calls that were made, as `GET /api/v1/…`. */
  made: () => ReadonlySet<string>;
};

/** A query may hold an e-mail, so it is never shown. */
const routeOf = (path: string): string => path.split('?', 1)[0] ?? '';

const WITHIN_MS = 15_000;
const TRIES = 4;

/** Calls the service and throws `Refused`, which names route, status and request id, at any other status. */
export function openClient(baseUrl: string): Client {
  const made = new Set<string>();
  return {
    baseUrl,
    made: () => made,
    call: async (call) => {
      const { method, path, expected = 200 } = call;
      made.add(`${method} ${routeOf(path)}`);
      const answer = await sendPatiently(`${baseUrl}${path}`, call);
      if ([expected].flat().includes(answer.status)) return answer.body;
      const { code = '', detail = 'no detail' } = answer.body as { code?: string; detail?: string };
      throw new Refused(
        `${method} ${routeOf(path)} answered ${answer.status} ${code} instead of ${[expected].flat().join(' or ')}` +
          ` (request ${answer.requestId}): ${detail}`,
      );
    },
  };
}

const WAITS_S = 60;

/** Repeats a call each second until its answer is as it should be. Throws `Refused` after a minute. */
export async function waitFor(
  { call }: Client,
  asked: Call,
  isReached: (answer: Json) => boolean,
  what: string,
): Promise<Json> {
  for (let waitedS = 0; waitedS < WAITS_S; waitedS += 1) {
    const answer = await call(asked);
    if (isReached(answer)) return answer;
    await sleep(1_000);
  }
  throw new Refused(`${asked.method} ${routeOf(asked.path)} does not show ${what} within ${WAITS_S} seconds`);
}

type Answer = { status: number; body: Json; requestId: string; waitS: number };

/** The service may ask for patience: 429 and 503 name the seconds to wait. */
async function sendPatiently(url: string, call: Call): Promise<Answer> {
  const idempotencyKey = randomUuid();
  for (let tries = 1; ; tries += 1) {
    const answer = await send(url, call, idempotencyKey);
    if (![429, 503].includes(answer.status) || tries === TRIES) return answer;
    await sleep(answer.waitS * 1000);
  }
}

async function send(url: string, { method, key, body, client, path }: Call, idempotencyKey: string): Promise<Answer> {
  const headers: Record<string, string> = {
    ...(key === undefined ? {} : { 'x-api-key': key }),
    ...(client === undefined ? {} : { authorization: `Basic ${Buffer.from(client).toString('base64')}` }),
    ...(method === 'POST' ? { 'idempotency-key': idempotencyKey } : {}),
    ...(body === undefined || client !== undefined ? {} : { 'content-type': 'application/json' }),
  };
  const form = client === undefined ? undefined : new URLSearchParams(body as Record<string, string>);
  const content = form ?? (body === undefined ? undefined : JSON.stringify(body));
  const request = { method, headers, redirect: 'manual', ...(content === undefined ? {} : { body: content }) } as const;
  const response = await fetch(url, { ...request, signal: deadline(WITHIN_MS) }).catch((cause: unknown) => {
    throw new Refused(`${method} ${routeOf(path)} got no answer within ${WITHIN_MS / 1000} seconds`, {
      cause,
    });
  });
  return {
    status: response.status,
    body: parsed(await response.text()),
    requestId: response.headers.get('x-request-id') ?? response.headers.get('apigw-requestid') ?? 'unknown',
    waitS: Number(response.headers.get('retry-after') ?? 1),
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}
