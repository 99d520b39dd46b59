import { createHash } from 'node:crypto';
import aws4 from 'aws4';
import type { Credentials } from '../../../lib/process/signature.ts';
import type { ReceivedRequest } from './stand-in.ts';

const AUTHORIZATION = new RegExp(
  [
    String.raw`^AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request`,
    'SignedHeaders=([a-z0-9;-]+)',
    'Signature=([0-9a-f]{64})$',
  ].join(', '),
);

/** Returns the error of AWS for this request's signature, at this time of its clock; undefined if AWS accepts it. */
export function findSignatureFault(
  { headers, body }: ReceivedRequest,
  expected: { credentials: Credentials; region: string; service: string; now: Date },
): { name: string; message: string } | undefined {
  const parts = AUTHORIZATION.exec(headers.authorization ?? '');
  const time = String(headers['x-amz-date']);
  if (!parts || !/^\d{8}T\d{6}Z$/.test(time)) return incomplete('the header Authorization or X-Amz-Date');
  const [, accessKeyId, date, region, service, signed = ''] = parts;
  const names = signed.split(';');
  const unsigned = Object.keys(headers).filter((name) => mustBeSigned(name) && !names.includes(name));
  if (unsigned.length > 0) return incomplete(unsigned.join());
  const { credentials } = expected;
  if (accessKeyId !== credentials.accessKeyId || headers['x-amz-security-token'] !== credentials.sessionToken)
    return { name: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' };
  if (Math.abs(expected.now.getTime() - readTime(time)) > 15 * 60_000)
    return invalid(`Signature expired: ${time} is not within 15 minutes of ${expected.now.toISOString()}`);
  if (date !== time.slice(0, 8) || region !== expected.region || service !== expected.service)
    return invalid('Credential should be scoped correctly.');
  const digest = headers['x-amz-content-sha256'];
  if (digest !== undefined && digest !== createHash('sha256').update(body).digest('hex'))
    return invalid('The provided x-amz-content-sha256 does not match the body.');
  if (names.toSorted().join(';') !== signed) return incomplete('the order of SignedHeaders');
  return sign(names, { headers, body }, expected) === headers.authorization
    ? undefined
    : invalid('The request signature we calculated does not match the signature you provided.');
}

const mustBeSigned = (name: string): boolean => name === 'host' || name === 'content-type' || name.startsWith('x-amz-');
const invalid = (message: string) => ({ name: 'InvalidSignatureException', message });
const incomplete = (missing: string) => ({ name: 'IncompleteSignatureException', message: `missing: ${missing}` });

const readTime = (time: string): number =>
  Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** Signs again what the request says that it signed, with another implementation. */
function sign(
  names: readonly string[],
  { headers, body }: Pick<ReceivedRequest, 'headers' | 'body'>,
  { credentials, region, service }: { credentials: Credentials; region: string; service: string },
): unknown {
  const request = {
    service,
    region,
    method: 'POST',
    path: '/',
    headers: Object.fromEntries(names.map((name) => [name, headers[name]])),
    body,
    extraHeadersToInclude: Object.fromEntries(names.map((name) => [name, true])),
    extraHeadersToIgnore: names.includes('content-length') ? {} : { 'content-length': true },
  };
  return aws4.sign(request, credentials).headers?.['Authorization'];
}
