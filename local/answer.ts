import { randomUuid } from '../lib/process/random.ts';
import type { GatewayResponse } from './gateway.ts';

/** The answer of a route that there is on this machine only. */
export const buildLocalAnswer = (
  routeKey: string,
  statusCode: number,
  type: string,
  body: object,
): GatewayResponse => ({
  statusCode,
  headers: { 'content-type': type },
  cookies: [],
  body: Buffer.from(`${JSON.stringify(body)}\n`),
  routeKey,
});

export function buildLocalProblem(routeKey: string, status: 400 | 409, code: string, detail: string): GatewayResponse {
  const title = status === 400 ? 'Bad Request' : 'Conflict';
  return buildLocalAnswer(routeKey, status, 'application/problem+json', {
    type: 'about:blank',
    title,
    status,
    detail,
    code,
    request_id: randomUuid(),
  });
}
