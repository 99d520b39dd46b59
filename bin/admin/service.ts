import { randomUuid } from '../../lib/process/random.ts';
import { deadline, sleep } from '../../lib/process/timers.ts';
import { Refused } from './failures.ts';

export type Body = Record<string, unknown>;
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The service's API, called with a platform key. */
export type Service = {
  baseUrl: string;
  call: (method: Method, path: string, body?: Body) => Promise<Body>;
  /** Every entry of a list, page by page. */
  all: (path: string, noun: string, query?: Record<string, string>) => Promise<Body[]>;
};

const WITHIN_MS = 30_000;
const TRIES = 4;
const LONGEST_WAIT_S = 60;

/** @param onProgress called with the number of entries of a long list so far */
export function openService(baseUrl: string, apiKey: string, onProgress: (found: number) => void): Service {
  const call: Service['call'] = async (method, path, body) => {
    // A call that is retried with the same key takes effect once.
    const idempotencyKey = randomUuid();
    for (let tries = 1; ; tries += 1) {
      const response = await send(`${baseUrl}${path}`, { method, apiKey, idempotencyKey, body });
      const text = await response.text();
      if (response.ok) return parsed(text) ?? {};
      const wait = Number(response.headers.get('retry-after') ?? 0);
      if (![429, 503].includes(response.status) || tries === TRIES || wait > LONGEST_WAIT_S)
        throw refusedBy(response.status, parsed(text));
      await sleep(wait * 1000);
    }
  };
  return {
    baseUrl,
    call,
    all: async (path, noun, query = {}) => {
      const entries: Body[] = [];
      for (let cursor: string | undefined; ;) {
        const search = new URLSearchParams({ ...query, limit: '100', ...(cursor === undefined ? {} : { cursor }) });
        const page = await call('GET', `${path}?${search.toString()}`);
        if (Array.isArray(page[noun])) entries.push(...(page[noun] as Body[]));
        if (typeof page['next_cursor'] !== 'string') return entries;
        cursor = page['next_cursor'];
        onProgress(entries.length);
      }
    },
  };
}

type Sent = { method: Method; apiKey: string; idempotencyKey: string; body: Body | undefined };

async function send(url: string, { method, apiKey, idempotencyKey, body }: Sent): Promise<Response> {
  const headers = {
    'x-api-key': apiKey,
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }),
  };
  const request = {
    method,
    headers,
    redirect: 'error',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  } as const;
  try {
    return await fetch(url, { ...request, signal: deadline(WITHIN_MS) });
  } catch (cause) {
    throw new Refused(
      `Nothing answers at ${new URL(url).origin}. Check that the service runs there.` +
        ' On this machine, start it with npm start.',
      { cause },
    );
  }
}

function parsed(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined;
  }
}

function refusedBy(status: number, problem: Body | undefined): Refused {
  if (problem === undefined || typeof problem['detail'] !== 'string')
    return new Refused(`The answer has the status ${status} and does not come from this service. Check the address.`);
  const { code, detail, request_id, errors = [] } = problem;
  const faults = (errors as { pointer: string; message: string }[])
    .map(({ pointer, message }) => ` ${pointer} ${message}.`)
    .join('');
  const advice = ADVICE[String(code)];
  return new Refused(
    `${detail}${faults}${advice === undefined ? '' : ` ${advice}`} (${String(code)}, request ${String(request_id)})`,
  );
}

/** Advice for problems that the answer itself cannot give. */
const ADVICE: Record<string, string> = {
  api_key_invalid:
    'Put an API key of the platform into CLS_API_KEY. npm run admin -- create-platform-key creates the first one.',
  wrong_kind_of_key: 'The commands need an API key of the platform, not of a brand.',
};
