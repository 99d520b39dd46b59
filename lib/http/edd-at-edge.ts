import type {
  CloudFrontHeaders,
  CloudFrontRequest,
  CloudFrontRequestEvent,
  CloudFrontResultResponse,
} from 'aws-lambda';
import { MAX_EDD_ANSWER_BYTES } from '../domain/edd-answer-size.ts';
import { readEddRequest, type EddRequest } from '../domain/edd-call.ts';
import { wordCannotTell, wordCannotTellUnseen } from '../domain/edd-cannot-tell.ts';
import { required } from '../domain/invariant.ts';
import { readPhpParameters } from '../domain/php-parameters.ts';
import { deadline } from '../process/timers.ts';

const REFUSALS_FROM = 400;
/** Longer than the deadline of any route, and shorter than what CloudFront gives this function. */
const WITHIN_MS = 20_000;
/** Headers that belong to one connection, or that this function sets itself. */
const NOT_SENT = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'te', 'trailer', 'expect', 'transfer-encoding'],
  ...['host', 'content-length', 'accept-encoding'],
]);
/** CloudFront refuses an answer with others of its own. */
const KEPT = ['content-type', 'cache-control', 'location', 'x-request-id'];

/**
 * Asks the API in CloudFront's place, and turns a refusal of the gateway and an API that cannot be reached into 200
 * with the answer that tells nothing. No function could turn CloudFront's own 502 or 504, after which clients of Easy
 * Digital Downloads ask no more for an hour.
 */
export async function handleEddRequest({
  Records: [record],
}: CloudFrontRequestEvent): Promise<CloudFrontResultResponse> {
  const { request } = required(record, 'CloudFront sends one record').cf;
  return (await askOrigin(request).catch(() => undefined)) ?? cannotTell(request);
}

/** Undefined for any status from 400 on, and for what is too long for CloudFront. */
async function askOrigin(request: CloudFrontRequest): Promise<CloudFrontResultResponse | undefined> {
  const { origin, method, uri, querystring } = request;
  const custom = required(origin?.custom, 'the behavior has an origin of its own');
  const { protocol, domainName, port, path } = custom;
  const query = querystring === '' ? '' : `?${querystring}`;
  const body = isRead(method) ? {} : { body: readForm(request) };
  const response = await fetch(`${protocol}://${domainName}:${port}${path}${uri}${query}`, {
    method,
    headers: headersFor(request, custom.customHeaders),
    redirect: 'manual',
    signal: deadline(WITHIN_MS),
    ...body,
  });
  const text = await response.text();
  if (response.status >= REFUSALS_FROM || isTooLong(text)) return undefined;
  return {
    status: String(response.status),
    statusDescription: response.statusText,
    headers: keep(response.headers),
    ...(method === 'HEAD' ? {} : { body: text, bodyEncoding: 'text' as const }),
  };
}

function keep(headers: Headers): CloudFrontHeaders {
  const kept: CloudFrontHeaders = {};
  for (const name of KEPT) {
    const value = headers.get(name);
    if (value !== null) kept[name] = [{ key: name, value }];
  }
  return kept;
}

/** The secret of the origin comes last, and with it the only address that the API believes. */
function headersFor({ headers, clientIp }: CloudFrontRequest, ofOrigin: CloudFrontHeaders): Headers {
  const sent = new Headers();
  for (const [name, values] of Object.entries(headers))
    if (!NOT_SENT.has(name)) for (const { value } of values) sent.append(name, value);
  for (const [name, [first]] of Object.entries(ofOrigin)) if (first !== undefined) sent.set(name, first.value);
  sent.set('x-forwarded-for', clientIp);
  return sent;
}

const isTooLong = (text: string): boolean => Buffer.byteLength(text) > MAX_EDD_ANSWER_BYTES;

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

const readForm = ({ body }: CloudFrontRequest): string =>
  Buffer.from(body?.data ?? '', body?.encoding === 'base64' ? 'base64' : 'utf8').toString('utf8');

function cannotTell(request: CloudFrontRequest): CloudFrontResultResponse {
  const asked = readEddRequest(
    readPhpParameters(request.querystring, isRead(request.method) ? '' : readForm(request)),
    request.headers['user-agent']?.[0]?.value ?? '',
  );
  const text = JSON.stringify(answerTo(asked));
  const body = isTooLong(text) ? JSON.stringify(wordCannotTellUnseen()) : text;
  return {
    status: '200',
    statusDescription: 'OK',
    headers: {
      'content-type': [{ key: 'Content-Type', value: 'application/json' }],
      'cache-control': [{ key: 'Cache-Control', value: 'no-store' }],
    },
    ...(request.method === 'HEAD' ? {} : { body, bodyEncoding: 'text' as const }),
  };
}

/** CloudFront cuts off a form of more than a megabyte, and then there may be no action in it. */
const answerTo = (asked: EddRequest): unknown => (asked.action === '' ? wordCannotTellUnseen() : wordCannotTell(asked));
