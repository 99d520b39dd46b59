import { randomUuid } from '../lib/process/random.ts';
import { parseTime } from '../lib/domain/time.ts';
import { readPath, type GatewayRequest } from './event.ts';
import type { EventFlow } from './event-flow.ts';
import type { Gateway, GatewayResponse } from './gateway.ts';

const METHOD = 'POST';
const PATH = '/__local/tick';

/** The gateway, and before it the one route that there is on this machine only. */
export function addTick(gateway: Gateway, flow: Pick<EventFlow, 'tick'>): Gateway {
  return (request) =>
    request.method === METHOD && readPath(request.target) === PATH ? tick(request, flow) : gateway(request);
}

async function tick({ target }: GatewayRequest, flow: Pick<EventFlow, 'tick'>): Promise<GatewayResponse> {
  const asked = new URLSearchParams(target.slice(PATH.length)).get('now');
  const time = asked === null ? undefined : parseTime(asked);
  if (asked !== null && time === undefined) {
    return problem(400, 'bad_request', 'now must be a time with a zone, such as 2027-01-01T00:00:00Z.');
  }
  const ticked = await flow.tick(time === undefined ? undefined : Date.parse(time));
  if (ticked === 'past') return problem(409, 'clock_never_goes_back', 'The service has this time behind it.');
  return answer(200, 'application/json', ticked);
}

function problem(status: number, code: string, detail: string): GatewayResponse {
  const title = status === 400 ? 'Bad Request' : 'Conflict';
  return answer(status, 'application/problem+json', {
    type: 'about:blank',
    title,
    status,
    detail,
    code,
    request_id: randomUuid(),
  });
}

const answer = (statusCode: number, type: string, body: object): GatewayResponse => ({
  statusCode,
  headers: { 'content-type': type },
  cookies: [],
  body: Buffer.from(`${JSON.stringify(body)}\n`),
  routeKey: `${METHOD} ${PATH}`,
});
