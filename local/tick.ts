import { parseTime } from '../lib/domain/time.ts';
import { buildLocalAnswer, buildLocalProblem } from './answer.ts';
import { readPath, type GatewayRequest } from './event.ts';
import type { EventFlow } from './event-flow.ts';
import type { Gateway, GatewayResponse } from './gateway.ts';

const METHOD = 'POST';
const PATH = '/__local/tick';
const ROUTE = `${METHOD} ${PATH}`;

/** The gateway, and before it the one route that there is on this machine only. */
export function addTick(gateway: Gateway, flow: Pick<EventFlow, 'tick'>): Gateway {
  return (request) =>
    request.method === METHOD && readPath(request.target) === PATH ? tick(request, flow) : gateway(request);
}

async function tick({ target }: GatewayRequest, flow: Pick<EventFlow, 'tick'>): Promise<GatewayResponse> {
  const asked = new URLSearchParams(target.slice(PATH.length)).get('now');
  const time = asked === null ? undefined : parseTime(asked);
  if (asked !== null && time === undefined) {
    return buildLocalProblem(
      ROUTE,
      400,
      'bad_request',
      'now must be a time with a zone, such as 2027-01-01T00:00:00Z.',
    );
  }
  const ticked = await flow.tick(time === undefined ? undefined : Date.parse(time));
  if (ticked === 'past')
    return buildLocalProblem(ROUTE, 409, 'clock_never_goes_back', 'The service has this time behind it.');
  return buildLocalAnswer(ROUTE, 200, 'application/json', ticked);
}
