import { NoAnswer, readProblem, type NoAnswerReason, type Problem } from './problem.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type CallOptions = {
  /** The client makes one for a POST unless it is given. Calls with the same key take effect once, within 24 hours. */
  idempotencyKey?: string;
  /** The `ETag` of the license that was read: it is refused (`stale_version`) if it has changed since. */
  ifMatch?: string;
  signal?: AbortSignal;
  /** Milliseconds for one try. */
  timeoutMs?: number;
  /** Milliseconds for all tries and the pauses between them. */
  deadlineMs?: number;
  /** The most tries. */
  attempts?: number;
};

export type ClientOptions = {
  /** The address of the service, such as `https://licenses.example.com`. */
  url: string;
  /** An API key. Product calls need none, and a browser must not have one. */
  apiKey?: string;
  fetch?: typeof fetch;
  timeoutMs?: number;
  deadlineMs?: number;
  attempts?: number;
};

export type Request = {
  method: Method;
  path: string;
  /** The path with names instead of ids, for errors. */
  pattern: string;
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
};

const LIMITS = { timeoutMs: 10_000, deadlineMs: 60_000, attempts: 4 };
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;

type Outcome =
  | { kind: 'answer'; body: unknown }
  | { kind: 'refused'; problem: Problem; mayRetry: boolean }
  | { kind: 'lost'; reason: NoAnswerReason; mayRetry: boolean; status?: number; cause?: unknown };

/** Sends a request until it is answered, and throws `Problem`, `NoAnswer` or the reason of the caller's signal. */
export async function send(client: ClientOptions, request: Request, options: CallOptions = {}): Promise<unknown> {
  const limits = { ...LIMITS, ...given(client), ...given(options) };
  const idempotencyKey = request.method === 'POST' ? (options.idempotencyKey ?? crypto.randomUUID()) : undefined;
  const url = addressOf(client.url, request);
  const init = buildInit(client, request, options, idempotencyKey);
  const endsAt = Date.now() + limits.deadlineMs;
  for (let attempt = 1; ; attempt += 1) {
    const timeoutMs = Math.min(limits.timeoutMs, endsAt - Date.now());
    const outcome = await attemptOnce(client.fetch ?? fetch, url, init, timeoutMs, options.signal);
    if (outcome.kind === 'answer') return outcome.body;
    const retryAfterS = outcome.kind === 'refused' ? outcome.problem.retryAfterS : undefined;
    const pauseMs = choosePause(attempt, retryAfterS);
    // A repeated change with If-Match would be refused as stale if the lost one took effect.
    const isSafe = options.ifMatch === undefined || idempotencyKey !== undefined || isRateLimit(outcome);
    if (!outcome.mayRetry || !isSafe || attempt >= limits.attempts || Date.now() + pauseMs >= endsAt)
      throw outcome.kind === 'refused'
        ? outcome.problem
        : new NoAnswer(`${request.method} ${request.pattern}`, { ...outcome, idempotencyKey });
    await pause(pauseMs, options.signal);
  }
}

const isRateLimit = (outcome: Outcome): boolean => outcome.kind === 'refused' && outcome.problem.status === 429;

/** The limits that are set: a caller in plain JavaScript may name one and leave it undefined. */
const given = ({ timeoutMs, deadlineMs, attempts }: CallOptions) => ({
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
  ...(deadlineMs === undefined ? {} : { deadlineMs }),
  ...(attempts === undefined ? {} : { attempts }),
});

function addressOf(base: string, { path, query = {} }: Request): string {
  const known = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(
    Object.fromEntries(known.map(([name, value]) => [name, String(value)])),
  ).toString();
  return `${base.replace(/\/+$/, '')}${path}${search === '' ? '' : `?${search}`}`;
}

function buildInit(
  { apiKey }: ClientOptions,
  { method, body, headers = {} }: Request,
  { ifMatch }: CallOptions,
  idempotencyKey: string | undefined,
): RequestInit {
  const all: Record<string, string> = { accept: 'application/json', ...headers };
  if (apiKey !== undefined) all['x-api-key'] = apiKey;
  if (idempotencyKey !== undefined) all['idempotency-key'] = idempotencyKey;
  if (ifMatch !== undefined) all['if-match'] = ifMatch;
  if (body === undefined) return { method, headers: all, redirect: 'manual' };
  all['content-type'] = 'application/json';
  // A redirect is not followed: it could lead the key elsewhere.
  return { method, headers: all, redirect: 'manual', body: JSON.stringify(body) };
}

/** One try. Only an abort by the caller throws. */
async function attemptOnce(
  fetchIt: typeof fetch,
  url: string,
  init: RequestInit,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  const timer = setTimeout(onAbort, timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const response = await fetchIt(url, { ...init, signal: stop.signal });
    return readOutcome(response, await response.text());
  } catch (cause) {
    signal?.throwIfAborted();
    return { kind: 'lost', reason: stop.signal.aborted ? 'timeout' : 'network', mayRetry: true, cause };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function readOutcome(response: Response, text: string): Outcome {
  const { status, ok } = response;
  const body = parse(text);
  if (ok && body !== undefined) return { kind: 'answer', body };
  const mayRetry = status === 429 || status >= 500;
  const problem = ok ? undefined : readProblem(body, readRetryAfter(response.headers.get('retry-after')));
  if (problem !== undefined) return { kind: 'refused', problem, mayRetry };
  // A page where an answer should be, or half of an answer: another try may reach the service.
  return { kind: 'lost', reason: 'not_the_service', status, mayRetry: mayRetry || ok };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Seconds, or a date as proxies send it. */
function readRetryAfter(text: string | null): number | undefined {
  if (text === null || text.trim() === '') return undefined;
  const seconds = /^\d+$/.test(text.trim()) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** Waits as long as the service asked and up to a quarter more, or up to half a second, doubled with each try. */
function choosePause(attempt: number, retryAfterS: number | undefined): number {
  if (retryAfterS !== undefined) return retryAfterS * 1000 * (1 + Math.random() / 4);
  return Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
