import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { readEddRequest, type EddInput, type EddRequest } from '../domain/edd-call.ts';
import { plainCannotTell, wordCannotTell } from '../domain/edd-cannot-tell.ts';
import { readPhpParameters } from '../domain/php-parameters.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import type { Answer } from '../table/once.ts';
import { MAX_BODY_BYTES, type Endpoint } from '../api/route.ts';
import type { Binding } from './binding.ts';
import { jsonText, type Page, type Result } from './respond.ts';

type Verb = (ctx: Context, input: EddInput) => Promise<Answer | Refusal>;

/** The verb of each `edd_action`. */
export type EddVerbs = Readonly<
  Record<'activate_license' | 'deactivate_license' | 'check_license' | 'get_version', Verb>
>;

/** The address of the brand's renewal page; undefined if it has none. */
type FindRenewalPage = (ctx: Context, input: EddInput) => Promise<string | undefined>;

/**
 * Binds the address of Easy Digital Downloads' clients. It takes whatever the function gets, and answers 200 with a
 * JSON object in any case: after another status a client asks no more for an hour, for all plugins of its shop.
 */
export function bindEdd(route: Endpoint & { edd: true }, verbs: EddVerbs, findRenewalPage: FindRenewalPage): Binding {
  return {
    route,
    takesAll: true,
    read: (event) => readEvent(event),
    inForm: (result, refusal, event) => (refusal === undefined ? result : cannotTell(result, event)),
    run: async (ctx, input) => {
      const { isBrowser, ...call } = input as EddInput & { isBrowser: boolean };
      const verb = Object.hasOwn(verbs, call.action) ? verbs[call.action as keyof EddVerbs] : undefined;
      if (verb) return named(await verb(ctx, call), call.action);
      const location = isBrowser ? await findRenewalPage(ctx, call) : undefined;
      return location === undefined ? { body: { success: false, msg: sayActions(verbs) } } : redirectTo(location);
    },
  };
}

/** All calls have one path, so the log line names their action. */
const named = (outcome: Answer | Refusal, action: string): Answer | Refusal =>
  isRefusal(outcome) ? outcome : { ...outcome, logged: { ...outcome.logged, action } };

const sayActions = (verbs: EddVerbs): string => `Send edd_action, one of ${Object.keys(verbs).join(', ')}.`;

function readEvent(event: APIGatewayProxyEventV2): { input: EddInput & { isBrowser: boolean } } | Refusal {
  if (bodyOf(event).length > MAX_BODY_BYTES) return refuse('body_too_large', { maximum_bytes: MAX_BODY_BYTES });
  return { input: { ...readRequest(event), brand: readBrand(event), isBrowser: isBrowser(event) } };
}

/** Read from the path itself, because the same handler serves keys of the gateway that name no brand. */
const readBrand = ({ rawPath }: APIGatewayProxyEventV2): string =>
  rawPath.replace(/^\/[^/]*\/?([^/]*).*$/s, '$1').toLowerCase();

function readRequest(event: APIGatewayProxyEventV2): EddRequest {
  const type = event.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  const isForm = type === '' || type === 'application/x-www-form-urlencoded';
  const form = isForm ? bodyOf(event).toString('utf8') : '';
  return readEddRequest(readPhpParameters(event.rawQueryString, form), event.headers['user-agent'] ?? '');
}

const bodyOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

function isBrowser({ headers, requestContext: { http } }: APIGatewayProxyEventV2): boolean {
  const agent = headers['user-agent'] ?? '';
  const isReading = http.method === 'GET' || http.method === 'HEAD';
  return isReading && agent.startsWith('Mozilla/') && !agent.includes('WordPress/');
}

function cannotTell(result: Result, event: APIGatewayProxyEventV2): Result {
  const headers = { ...result.headers, 'content-type': 'application/json' };
  const { 'retry-after': _wait, allow: _allow, ...kept } = headers as Record<string, string>;
  const isTooLarge = bodyOf(event).length > MAX_BODY_BYTES;
  const body = jsonText(isTooLarge ? plainCannotTell : wordCannotTell(readRequest(event)));
  return { ...result, statusCode: 200, headers: kept, body };
}

const redirectTo = (location: string): Page => ({
  kind: 'page',
  status: 302,
  page: '<!doctype html><title>Renew</title>\n',
  contentType: 'text/html; charset=utf-8',
  headers: { location },
});
