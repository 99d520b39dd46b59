import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as it came over the wire: the target undecoded, repeated headers apart, in their order. */
export type GatewayRequest = {
  method: string;
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
  sourceIp: string;
};

export type Matched = { routeKey: string; rawPath: string; pathParameters: Record<string, string> };
export type Moment = { requestId: string; nowMs: number };

/** HTTP APIs hand these types over as text, and base64 for all others, forms and bodies without a type among them. */
const TEXT_TYPE = /^(?:text\/.+|application\/(?:json|xml|javascript))$/;
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The event of payload format 2.0, as an HTTP API makes it. */
export function buildGatewayEvent(
  request: GatewayRequest,
  { routeKey, rawPath, pathParameters }: Matched,
  moment: Moment,
): APIGatewayProxyEventV2 {
  const rawQueryString = queryOf(request.target);
  const query = joinedByComma(new URLSearchParams(rawQueryString));
  const cookies = request.headers
    .filter(([name]) => name.toLowerCase() === 'cookie')
    .flatMap(([, value]) => value.split(/; */));
  const headers = headersOf(request);
  const isText = TEXT_TYPE.test(headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    requestContext: requestContext(request, { routeKey, rawPath }, headers, moment),
    ...(request.body.length > 0 ? { body: request.body.toString(isText ? 'utf8' : 'base64') } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

export function readPath(target: string): string {
  return target.split('?', 1).join('');
}

function queryOf(target: string): string {
  const mark = target.indexOf('?');
  return mark === -1 ? '' : target.slice(mark + 1);
}

/** Names in lower case, repeated ones joined; cookies have a field of their own. */
function headersOf({ headers, sourceIp }: GatewayRequest): Record<string, string> {
  const sent = headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name !== 'cookie' && !HOP_BY_HOP.has(name));
  return joinedByComma([...sent, ['x-forwarded-for', sourceIp], ['x-forwarded-proto', 'http']]);
}

function joinedByComma(pairs: Iterable<readonly [string, string]>): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

function requestContext(
  { method, sourceIp }: GatewayRequest,
  { routeKey, rawPath }: Pick<Matched, 'routeKey' | 'rawPath'>,
  headers: Record<string, string>,
  { requestId, nowMs }: Moment,
): APIGatewayProxyEventV2['requestContext'] {
  const domainName = headers['host']?.replace(/:\d+$/, '') ?? 'localhost';
  return {
    accountId: '000000000000',
    apiId: 'local',
    domainName,
    domainPrefix: domainName.split('.', 1).join(''),
    http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
    requestId,
    routeKey,
    stage: '$default',
    time: commonLogTime(nowMs),
    timeEpoch: nowMs,
  };
}

/** `12/Mar/2026:19:03:58 +0000` */
function commonLogTime(nowMs: number): string {
  const [, day, month, year, time] = new Date(nowMs).toUTCString().split(' ');
  return `${day ?? ''}/${month ?? ''}/${year ?? ''}:${time ?? ''} +0000`;
}
