import type { CloudFrontHeaders, CloudFrontResponseEvent, CloudFrontResultResponse } from 'aws-lambda';
import { readEddRequest, type EddRequest } from '../domain/edd-call.ts';
import { wordCannotTell, wordCannotTellUnseen } from '../domain/edd-cannot-tell.ts';
import { readPhpParameters } from '../domain/php-parameters.ts';

/** CloudFront refuses a response that lost one of these. */
const READ_ONLY = new Set(['transfer-encoding', 'via']);
const REFUSALS_FROM = 400;

/**
 * Turns what the gateway refuses in its own words, such as a 429 above its throttle, into 200 with the answer that
 * tells nothing: after another status, clients of Easy Digital Downloads ask no more for an hour. It runs at the edge,
 * between the origin and the client.
 */
export function handleEddResponse({ Records: [record] }: CloudFrontResponseEvent): Promise<CloudFrontResultResponse> {
  if (record === undefined) throw new Error('CloudFront sent an event without a record');
  const { request, response } = record.cf;
  if (Number(response.status) < REFUSALS_FROM) return Promise.resolve(response);
  const asked = readEddRequest(
    readPhpParameters(request.querystring, ''),
    request.headers['user-agent']?.[0]?.value ?? '',
  );
  const isHead = request.method === 'HEAD';
  return Promise.resolve({
    status: '200',
    statusDescription: 'OK',
    headers: { ...keepReadOnly(response.headers), ...ownHeaders },
    ...(isHead ? {} : { body: JSON.stringify(answerTo(asked)), bodyEncoding: 'text' as const }),
  });
}

/** CloudFront shows the address of a request here, and never its form. */
const answerTo = (asked: EddRequest): unknown => (asked.action === '' ? wordCannotTellUnseen() : wordCannotTell(asked));

const ownHeaders: CloudFrontHeaders = {
  'content-type': [{ key: 'Content-Type', value: 'application/json' }],
  'cache-control': [{ key: 'Cache-Control', value: 'no-store' }],
};

const keepReadOnly = (headers: CloudFrontHeaders): CloudFrontHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => READ_ONLY.has(name)));
