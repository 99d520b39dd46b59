import assert from 'node:assert/strict';

export type Body = Record<string, unknown>;
export type Answer = { status: number; headers: Headers; body: Body };
export type Call = { apiKey?: string; json?: Body; form?: Record<string, string>; idempotencyKey?: string };
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The deployed API, called over HTTP. */
export type Api = {
  url: string;
  call: (method: Method, path: string, call?: Call) => Promise<Answer>;
  /** Like `call`, but throws unless the answer has this status. */
  expect: (status: number, method: Method, path: string, call?: Call) => Promise<Body>;
};

const ANSWERS_WITHIN_MS = 15_000;

export function openApi(url: string): Api {
  const call: Api['call'] = async (method, path, { apiKey, json, form, idempotencyKey } = {}) => {
    const headers = {
      ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const body =
      json === undefined ? (form === undefined ? undefined : new URLSearchParams(form)) : JSON.stringify(json);
    const request = {
      method,
      headers,
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      ...(body === undefined ? {} : { body }),
    };
    const response = await fetch(`${url}${path}`, request);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text, `${method} ${path}`) };
  };
  return {
    url,
    call,
    async expect(status, method, path, options) {
      const answer = await call(method, path, options);
      assert.equal(
        answer.status,
        status,
        `${method} ${path} answered ${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`,
      );
      return answer.body;
    },
  };
}

function parsed(text: string, what: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch (cause) {
    throw new Error(`${what} answered what is no JSON: ${text.slice(0, 200)}`, { cause });
  }
}

/** A path with an encoded query string. */
export const query = (path: string, parameters: Record<string, string>): string =>
  `${path}?${new URLSearchParams(parameters).toString()}`;
