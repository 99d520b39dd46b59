import { buildProblem } from '../common-problems.ts';
import { problems } from '../problems.ts';
import type { Example, JsonSchema } from './document.ts';
import { exampleRefusals } from './problem-examples.ts';

const REQUEST_ID = '7f9c2ba4-e88f-4271-b6d4-9d0c5a3e1f60';

export const problemExamples = (): Record<string, Example> =>
  Object.fromEntries(
    Object.values(exampleRefusals).map((refusal): [string, Example] => {
      const value = buildProblem(problems, refusal, REQUEST_ID);
      return [refusal.code, { summary: value.title, value }];
    }),
  );

const timeOrNull = (description: string): JsonSchema => ({
  type: ['string', 'null'],
  format: 'date-time',
  description,
});
const ON_FRESH_ROUTES = 'On the routes by which a site learns its verdict';

/** What `http/site-binding.ts` adds. */
const ofFreshRoutes = {
  next_check_at: {
    type: 'string',
    format: 'date-time',
    description: `${ON_FRESH_ROUTES}: the time at which a well-behaved client asks again`,
  },
  stale_ok_until: timeOrNull(
    `${ON_FRESH_ROUTES}: null. It is missing with 429, 500 and 503, which are no answer about the license: the ` +
      'client keeps the one that it has',
  ),
  grace_until: timeOrNull(`${ON_FRESH_ROUTES}: the end of the grace period, if the license is known and has one`),
  links: {
    $ref: '#/components/schemas/LicenseLinks',
    description: `${ON_FRESH_ROUTES}: the links of the product. They are missing with 429, 500 and 503`,
  },
  copy_of: {
    $ref: '#/components/schemas/CopyOf',
    description: `${ON_FRESH_ROUTES}: only if the caller holds the activation of another instance`,
  },
  proof: {
    type: ['string', 'null'],
    description: `${ON_FRESH_ROUTES}, with \`proof\` or \`nonce\`: the signed answer, if it is one about the license`,
  },
} satisfies Record<string, JsonSchema>;

/** RFC 9457. The facts of a code stand beside these members. */
export const problemSchemas = (): Record<string, JsonSchema> => ({
  Problem: {
    type: 'object',
    description:
      'A problem as in RFC 9457. Facts such as `seat_limit` or `required_scope` stand beside these members, as ' +
      'the examples show.',
    required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
    properties: {
      type: { type: 'string', format: 'uri-reference', description: 'The address of the explanation' },
      title: { type: 'string', description: 'The kind of problem' },
      status: { type: 'integer', description: 'The HTTP status' },
      detail: { type: 'string', description: 'A sentence that a person can read' },
      code: { type: 'string', enum: Object.keys(problems), description: 'The code for programs; a closed list' },
      request_id: { type: 'string', description: 'The same as in the header `X-Request-Id`' },
      errors: {
        type: 'array',
        description: 'With `bad_request`: each fault of the input',
        items: { $ref: '#/components/schemas/FieldError' },
      },
      ...ofFreshRoutes,
    },
    additionalProperties: true,
  },
  FieldError: {
    type: 'object',
    description: 'One fault of the input',
    required: ['pointer', 'message'],
    properties: {
      pointer: {
        type: 'string',
        description:
          'The position of the fault: an RFC 6901 pointer into the body, `?name` in the query, `{name}` in the ' +
          'path, or the name of a header',
      },
      message: { type: 'string', description: 'The rule that the input breaks' },
    },
  },
  OAuthError: {
    type: 'object',
    description: 'An error as in RFC 6749 §5.2',
    required: ['error', 'error_description'],
    properties: {
      error: { type: 'string', description: 'The code for programs' },
      error_description: { type: 'string', description: 'A sentence for the developer of the client' },
    },
  },
});
