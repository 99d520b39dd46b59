import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { isRefusal, refuse, type FieldError, type Refusal } from '../domain/refusal.ts';
import type { Answer } from '../table/once.ts';
import type { Context } from '../context.ts';
import type { Binding } from './binding.ts';
import { describeIssue } from './messages.ts';
import { findOAuthError } from './oauth-errors.ts';
import { problems } from './problems.ts';
import { jsonText, type Result } from './respond.ts';
import { MAX_BODY_BYTES, type Endpoint } from '../api/route.ts';
import type { IssueTokenInput } from '../api/tokens.ts';

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** The properties of a request that an OAuth route needs beside its fields. */
export type Client = { sourceIp: string };

/** Binds a route that speaks OAuth 2.0: it takes forms and client credentials, and refuses, as RFC 6749 says. */
export function bindOAuth(
  route: Endpoint & { oauth: true },
  verb: (ctx: Context, input: IssueTokenInput & Client) => Promise<Answer | Refusal>,
): Binding {
  return {
    route,
    read: (event) => readTokenRequest(route, event),
    inForm: inOAuthForm,
    run: (ctx, input) => verb(ctx, input as IssueTokenInput & Client),
  };
}

/** The answer in OAuth's form: `result` as every route would give it, and the refusal it was made of, if any. */
function inOAuthForm(result: Result, refusal?: Refusal): Result {
  const headers = { ...result.headers, pragma: 'no-cache' };
  if (refusal === undefined) return { ...result, headers };
  const { status, error } = findOAuthError(refusal.code);
  const { 'www-authenticate': _bearer, ...others } = headers as Record<string, string>;
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="license-service"' } : {};
  return {
    statusCode: status,
    headers: { ...others, 'content-type': 'application/json', ...challenge },
    body: jsonText({ error, error_description: plain(descriptionOf(refusal)) }),
  };
}

/** OAuth has no member for the faults of single fields, so they are part of the description. */
function descriptionOf({ code, facts }: Refusal): string {
  if ('errors' in facts) return facts.errors.map(({ pointer, message }) => `${pointer} ${message}`.trim()).join('; ');
  return (problems[code] as { detail: (of: Refusal['facts']) => string }).detail(facts);
}

/** `error_description` may contain printable ASCII except quotes and backslashes (RFC 6749 §5.2). */
const plain = (text: string): string => text.replaceAll(/[“”"\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?');

/**
 * The fields of a token request, checked by the route's schema: its form, and the client's credentials from
 * `Authorization: Basic`.
 */
function readTokenRequest(route: Endpoint, event: APIGatewayProxyEventV2): { input: unknown } | Refusal {
  const form = readForm(event);
  if (isRefusal(form)) return form;
  const sent = sentOnce(form.sent, Object.keys((route.input._zod.def as unknown as { shape: object }).shape));
  if (isRefusal(sent)) return sent;
  const { body } = sent;
  const basic = basicCredentials(event.headers['authorization']);
  const other = basic !== undefined && body['client_id'] !== undefined && body['client_id'] !== basic.client_id;
  if (other || (basic !== undefined && body['client_secret'] !== undefined))
    return badRequest([{ pointer: '/client_secret', message: 'must not be sent beside Authorization: Basic' }]);
  const checked = z.safeParse(route.input, { ...body, ...basic }, { error: describeIssue });
  if (!checked.success)
    return badRequest(
      checked.error.issues.map(({ path, message }) => ({ pointer: `/${path.map(String).join('/')}`, message })),
    );
  return { input: Object.assign({ sourceIp: event.requestContext.http.sourceIp }, checked.data) };
}

/**
 * The known parameters that have a value: one without counts as left out, and none of them may come twice. Others mean
 * nothing (RFC 6749 §3.2).
 */
function sentOnce(form: URLSearchParams, known: readonly string[]): { body: Record<string, string> } | Refusal {
  const fields = known.map((name) => [name, form.getAll(name).filter((value) => value !== '')] as const);
  const twice = fields.filter(([, values]) => values.length > 1);
  if (twice.length > 0)
    return badRequest(twice.map(([name]) => ({ pointer: `/${name}`, message: 'must not be sent twice' })));
  return {
    body: Object.fromEntries(fields.flatMap(([name, [value]]) => (value === undefined ? [] : [[name, value]]))),
  };
}

const badRequest = (errors: readonly FieldError[]): Refusal => refuse('bad_request', { errors });

function readForm(event: APIGatewayProxyEventV2): { sent: URLSearchParams } | Refusal {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) return refuse('body_too_large', { maximum_bytes: MAX_BODY_BYTES });
  const type = event.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (bytes.length > 0 && (type !== FORM_TYPE || !isUtf8(bytes)))
    return refuse('unsupported_media_type', { supported: [FORM_TYPE] });
  return { sent: new URLSearchParams(bytes.toString('utf8')) };
}

/**
 * Both parts are encoded as in a form before they are joined (RFC 6749 §2.3.1); what is none of this is a client that
 * no key has.
 */
function basicCredentials(authorization: string | undefined): { client_id: string; client_secret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const id = pair.replace(/:.*$/s, '');
  return { client_id: formDecoded(id), client_secret: formDecoded(pair.slice(id.length + 1)) };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return '';
  }
}
