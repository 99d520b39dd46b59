import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { countDown, machineTime } from '../lib/process/clock.ts';
import { randomUuid } from '../lib/process/random.ts';
import { callLater } from '../lib/process/timers.ts';
import { gatewayRoutes, routeKey, type GatewayRoute, type Route } from '../lib/api/route.ts';
import { buildGatewayEvent, readPath, type GatewayRequest, type Matched } from './event.ts';

/** Without what Lambda's own types call deprecated. */
type LambdaContext = Omit<Context, 'done' | 'fail' | 'succeed'>;
export type Handler = (
  event: APIGatewayProxyEventV2,
  context: LambdaContext,
) => Promise<APIGatewayProxyStructuredResultV2>;

export type GatewayResponse = {
  statusCode: number;
  headers: Record<string, string>;
  cookies: readonly string[];
  body: Buffer;
  /** The key of the route that took it; undefined when none did. */
  routeKey: string | undefined;
};

export type Gateway = (request: GatewayRequest) => Promise<GatewayResponse>;

export type GatewayOptions = {
  routes: readonly Pick<Route, 'operation' | 'method' | 'path' | 'function' | 'auth' | 'below'>[];
  /** Pages beside the route table. */
  pages?: readonly GatewayRoute[];
  /** Keyed by the name that a route gives in `function`. */
  handlers: ReadonlyMap<string, Handler>;
  /** The handler of `$default`. */
  notFound: Handler;
  /** Gets what a handler threw; the caller learns nothing of it. */
  onError: (error: unknown) => void;
  timeoutMs?: number;
};

/** The quota of an HTTP API for one integration. */
const TIMEOUT_MS = 30_000;
export const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

/**
 * Imitates an API Gateway HTTP API where it matters to the handlers: routes, events of payload format 2.0, answers and
 * the gateway's own refusals, which are not in our form.
 */
export function createGateway({
  routes,
  pages = [],
  handlers,
  notFound,
  onError,
  timeoutMs = TIMEOUT_MS,
}: GatewayOptions): Gateway {
  const find = router([...gatewayRoutes(routes), ...pages], handlers, notFound);
  return async (request) => {
    const requestId = randomUuid();
    const match = find(request);
    if (match === undefined) return ownAnswer(400, 'Bad Request', requestId);
    const matchedKey =
      match.routeKey === '$default' ? undefined : match.routeKey.replace(/^ANY /, `${request.method} `);
    if (request.body.length > MAX_PAYLOAD_BYTES)
      return ownAnswer(413, 'Request Entity Too Large', requestId, matchedKey);
    const event = buildGatewayEvent(request, match, { requestId, nowMs: machineTime().getTime() });
    try {
      const result = await within(timeoutMs, match.handler(event, lambdaContext(match.name, requestId, timeoutMs)));
      if (result === undefined) return ownAnswer(503, 'Service Unavailable', requestId, matchedKey);
      return answerOf(result, requestId, matchedKey);
    } catch (error) {
      onError(error);
      return ownAnswer(500, 'Internal Server Error', requestId, matchedKey);
    }
  };
}

type Find = (request: GatewayRequest) => (Matched & { name: string; handler: Handler }) | undefined;

/** Finds the most specific route; undefined when the path cannot be decoded. */
function router(routes: readonly GatewayRoute[], handlers: GatewayOptions['handlers'], notFound: Handler): Find {
  const table = routes
    .map((route) => {
      const handler = handlers.get(route.function);
      if (handler === undefined) throw new Error(`The route ${routeKey(route)} has no function ${route.function}.`);
      return {
        method: route.method,
        name: route.function,
        handler,
        key: routeKey(route),
        segments: route.path.split('/'),
      };
    })
    // A literal segment goes before a parameter.
    .sort((a, b) => (specificity(a.segments) < specificity(b.segments) ? -1 : 1));
  return ({ method, target }) => {
    const segments = decoded(readPath(target).split('/'));
    if (segments === undefined) return undefined;
    const rawPath = segments.join('/');
    for (const { key, segments: wanted, ...route } of table) {
      const pathParameters =
        route.method === method || route.method === 'ANY' ? parametersOf(wanted, segments) : undefined;
      if (pathParameters) return { routeKey: key, rawPath, pathParameters, name: route.name, handler: route.handler };
    }
    return { routeKey: '$default', rawPath, pathParameters: {}, name: 'not-found', handler: notFound };
  };
}

const isParameter = (segment: string): boolean => segment.startsWith('{');
const specificity = (segments: readonly string[]): string =>
  segments.map((segment) => (isParameter(segment) ? '\uffff' : segment)).join('/');

/** HTTP APIs decode the path, `rawPath` too. Segment by segment, so that an encoded slash does not part one. */
function decoded(segments: readonly string[]): string[] | undefined {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** A last segment such as `{proxy+}` takes all that is left, which must not begin with a slash. */
function parametersOf(wanted: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const isGreedy = wanted.at(-1)?.endsWith('+}') === true;
  const before = wanted.length - 1;
  const given = isGreedy ? [...segments.slice(0, before), segments.slice(before).join('/')] : segments;
  if (wanted.length !== given.length || (isGreedy && segments[before] === '')) return undefined;
  const pairs: [string, string][] = [];
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? '';
    if (isParameter(part) && value !== '') pairs.push([part.replaceAll(/[{}+]/g, ''), value]);
    else if (part !== value) return undefined;
  }
  return Object.fromEntries(pairs);
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const cancel = callLater(timeoutMs, () => late.resolve(undefined));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
  }
}

function answerOf(
  result: APIGatewayProxyStructuredResultV2,
  requestId: string,
  matchedKey: string | undefined,
): GatewayResponse {
  const { statusCode, headers = {}, body = '', isBase64Encoded = false, cookies = [] } = result;
  if (statusCode === undefined) throw new Error('The function’s answer has no statusCode.');
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return {
    statusCode,
    headers: { 'content-type': 'text/plain;charset=utf-8', ...Object.fromEntries(named), 'apigw-requestid': requestId },
    cookies,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
    routeKey: matchedKey,
  };
}

function ownAnswer(statusCode: number, message: string, requestId: string, matchedKey?: string): GatewayResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'apigw-requestid': requestId },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message })),
    routeKey: matchedKey,
  };
}

function lambdaContext(functionName: string, awsRequestId: string, timeoutMs: number): LambdaContext {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId,
    logGroupName: functionName,
    logStreamName: 'local',
    getRemainingTimeInMillis: countDown(timeoutMs),
  };
}
