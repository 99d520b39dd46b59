import type { Context as LambdaContext } from 'aws-lambda';
import { handler as eddFunction } from '../../../functions/edd.ts';
import { handler as notFound } from '../../../functions/not-found.ts';
import { SOURCE_IP } from '../service/service.ts';
import { onItsRole } from '../run/roles.ts';

export const AGENT = 'WordPress/6.1.9; https://agent.example';
export const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36';

export type Fields = Record<string, string | number>;
export type EddReply = {
  status: number;
  headers: Record<string, string>;
  text: string;
  body: Record<string, unknown>;
};
export type Sent = {
  method?: string;
  path: string;
  query?: string;
  form?: string;
  userAgent?: string;
  headers?: Record<string, string>;
  sourceIp?: string;
};

/** Sends a request as the gateway hands it over: what ends in a slash goes to the function of `$default`. */
export async function send({
  method,
  path,
  query = '',
  form,
  userAgent = AGENT,
  headers = {},
  sourceIp = SOURCE_IP,
}: Sent): Promise<EddReply> {
  const isDefault = !/^\/edd\/[^/]+(?:\/[^/].*)?$/.test(path);
  const routeKey = isDefault
    ? '$default'
    : /^\/edd\/[^/]+$/.test(path)
      ? 'ANY /edd/{brand}'
      : 'ANY /edd/{brand}/{proxy+}';
  const http = {
    method: method ?? (form === undefined ? 'GET' : 'POST'),
    path,
    sourceIp,
    userAgent,
    protocol: 'HTTP/1.1',
  };
  const event = {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers: {
      host: 'licenses.example.com',
      'x-forwarded-proto': 'https',
      ...(userAgent === '' ? {} : { 'user-agent': userAgent }),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    requestContext: { routeKey, http },
    ...(form === undefined ? {} : { body: Buffer.from(form).toString('base64') }),
    isBase64Encoded: form !== undefined,
  } as unknown as Parameters<typeof notFound>[0];
  const handler = isDefault ? notFound : eddFunction;
  const result = await onItsRole(isDefault ? 'not-found' : 'edd', () => handler(event, {} as LambdaContext));
  const text = result.body ?? '';
  const isJson = String(result.headers?.['content-type']).includes('json');
  return {
    status: result.statusCode ?? 0,
    headers: result.headers as Record<string, string>,
    text,
    body: isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

export const encode = (fields: Fields): string =>
  new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();

/** Asks as updaters do: by POST, with a slash at the end of the address. */
export const post = (brand: string, fields: Fields, more: Partial<Sent> = {}): Promise<EddReply> =>
  send({ path: `/edd/${brand}/`, form: encode(fields), ...more });

/** Asks as the SDK does: by GET, without a slash. */
export const get = (brand: string, fields: Fields, more: Partial<Sent> = {}): Promise<EddReply> =>
  send({ path: `/edd/${brand}`, query: encode(fields), ...more });
