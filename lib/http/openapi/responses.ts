import type { RefusalCode } from '../../domain/refusal.ts';
import { problemOf } from '../common-problems.ts';
import { problems } from '../problems.ts';
import { oauthErrorOf } from '../oauth-errors.ts';
import { COMMON_REFUSALS, type Route, type Success } from '../../api/route.ts';
import type { Example, Header, JsonSchema, Reference, Response } from './document.ts';
import { outputSchema } from './json-schema.ts';
import { exampleRefusals } from './problem-examples.ts';
import { takesBody } from './request.ts';

const REQUEST_ID = '7f9c2ba4-e88f-4271-b6d4-9d0c5a3e1f60';
const MAY_RETRY = [429, 503];

/** Every answer of a route: what it gives, and each way in which it refuses, by status. */
export function responsesOf(route: Route): Record<string, Response> {
  const codes = refusalsOf(route);
  if (route.oauth === true) return oauthResponsesOf(route, codes);
  const statuses = [...new Set(codes.map((code) => problems[code].status))].sort((a, b) => a - b);
  return Object.fromEntries([
    ...route.success.map((success) => [success.status, successOf(route, success)] as const),
    ...statuses.map(
      (status) =>
        [
          status,
          refusalOf(
            status,
            codes.filter((code) => problems[code].status === status),
          ),
        ] as const,
    ),
  ]);
}

/** The same in OAuth's form (RFC 6749 §5.2). */
function oauthResponsesOf(route: Route, codes: readonly RefusalCode[]): Record<string, Response> {
  const errors = codes.map(oauthErrorOf);
  const statuses = [...new Set(errors.map(({ status }) => status))].sort((a, b) => a - b);
  const refusals = statuses.map((status): [number, Response] => {
    const named = [...new Set(errors.flatMap((error) => (error.status === status ? [error.error] : [])))];
    const schema: JsonSchema = {
      allOf: [{ $ref: '#/components/schemas/OAuthError' }, { type: 'object', properties: { error: { enum: named } } }],
    };
    return [
      status,
      {
        description: named.join(' · '),
        headers: headers('X-Request-Id', ...(MAY_RETRY.includes(status) ? ['Retry-After'] : [])),
        content: { 'application/json': { schema } },
      },
    ];
  });
  return Object.fromEntries([
    ...route.success.map((success) => [success.status, successOf(route, success)] as const),
    ...refusals,
  ]);
}

export const oauthErrorSchema = (): JsonSchema => ({
  type: 'object',
  description: 'RFC 6749 §5.2',
  required: ['error', 'error_description'],
  properties: {
    error: { type: 'string', description: 'What a program should look at' },
    error_description: { type: 'string', description: 'A sentence for whoever builds the client' },
  },
});

/** A route's own refusals and those of its kind, without the ones that only a body can earn where there is none. */
export function refusalsOf(route: Route): RefusalCode[] {
  const ofBody: readonly RefusalCode[] = takesBody(route) ? [] : ['body_not_json', 'unsupported_media_type'];
  const all: readonly RefusalCode[] = [...route.refusals, ...COMMON_REFUSALS[route.auth]];
  return [...new Set(all)].filter((code) => !ofBody.includes(code));
}

function successOf(route: Route, { description, body, example }: Success): Response {
  const schema = outputSchema(body);
  // The one answer that is a text and no object is the page of this document.
  const type = schema.type === 'string' ? 'text/html' : 'application/json';
  return {
    description,
    headers: headers('X-Request-Id', ...(route.once === true ? ['Idempotent-Replayed'] : [])),
    content: { [type]: { schema, example } },
  };
}

function refusalOf(status: number, codes: readonly RefusalCode[]): Response {
  const schema: JsonSchema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties: { code: { enum: [...codes] } } }],
  };
  const examples = Object.fromEntries(
    codes.map((code): [string, Reference] => [code, { $ref: `#/components/examples/${code}` }]),
  );
  return {
    description: codes.map((code) => problems[code].title).join(' · '),
    headers: headers('X-Request-Id', ...(MAY_RETRY.includes(status) ? ['Retry-After'] : [])),
    content: { 'application/problem+json': { schema, examples } },
  };
}

const headers = (...names: string[]): Record<string, Reference> =>
  Object.fromEntries(names.map((name): [string, Reference] => [name, { $ref: `#/components/headers/${name}` }]));

export const responseHeaders: Record<string, Header> = {
  'X-Request-Id': {
    description: 'Names this request in our logs. One that you send is kept when it is sane',
    required: true,
    schema: { type: 'string' },
  },
  'Retry-After': {
    description: 'Seconds to wait before the next try',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
  'Idempotent-Replayed': {
    description: '`true` when this is the stored answer of an earlier request',
    schema: { type: 'string', const: 'true' },
  },
};

export const problemExamples = (): Record<string, Example> =>
  Object.fromEntries(
    Object.values(exampleRefusals).map((refusal): [string, Example] => {
      const value = problemOf(problems, refusal, REQUEST_ID);
      return [refusal.code, { summary: value.title, value }];
    }),
  );

/** RFC 9457. The facts that a code brings stand beside these members. */
export const problemSchema = (): JsonSchema => ({
  type: 'object',
  description:
    'RFC 9457. Facts such as `seat_limit` or `required_scope` stand beside these members, as the examples show.',
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Where this problem is described' },
    title: { type: 'string', description: 'What kind of problem it is' },
    status: { type: 'integer', description: 'The HTTP status' },
    detail: { type: 'string', description: 'A sentence one could show' },
    code: { type: 'string', enum: Object.keys(problems), description: 'What a program should look at; a closed list' },
    request_id: { type: 'string', description: 'As in the header `X-Request-Id`' },
    errors: {
      type: 'array',
      description: 'With `bad_request`: each fault in the input',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        properties: {
          pointer: {
            type: 'string',
            description:
              'An RFC 6901 pointer into the body, `?name` in the query, `{name}` in the path, or a header’s name',
          },
          message: { type: 'string' },
        },
      },
    },
  },
});
