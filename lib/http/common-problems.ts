import type { Refusal, RefusalCode, RefusalFacts } from '../domain/refusal.ts';

export type Problem<C extends RefusalCode> = {
  status: number;
  title: string;
  detail: (facts: RefusalFacts[C]) => string;
};
/** The problems that a function can tell. */
export type Problems = { readonly [C in RefusalCode]?: Problem<C> };

/** A number and its noun, right in the singular: `1 seat`, `5 seats`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** What the license check refuses, as every product route does. Its function holds no other problems: see `problems.ts` for all. */
export const commonProblems = {
  license_key_not_found: {
    status: 404,
    title: 'License key not found',
    detail: () => 'There is no such license key. Check it for typing errors.',
  },
  license_key_replaced: {
    status: 404,
    title: 'License key replaced',
    detail: () => 'This license key has been replaced by a new one.',
  },
  bad_request: {
    status: 400,
    title: 'Bad request',
    detail: (facts) => facts.errors.map(({ pointer, message }) => `${pointer} ${message}`.trim()).join('; '),
  },
  body_not_json: { status: 400, title: 'Body is not JSON', detail: () => 'The body cannot be read as a JSON object.' },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    detail: (facts) => `A body may have at most ${counted(facts.maximum_bytes, 'byte')}.`,
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: (facts) => `Send ${facts.supported.join(' or ')}.`,
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: (facts) => `This path takes ${facts.allowed.join(', ')}.`,
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: (facts) =>
      `The limit of this minute is reached. Try again in ${counted(facts.retry_after_seconds, 'second')}.`,
  },
  busy: {
    status: 503,
    title: 'Busy',
    detail: () => 'Too many changes of the same license at once. Try again in a moment.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    detail: () => 'The service cannot answer at the moment. Try again shortly.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: () => 'Something went wrong on our side. Tell us the request id.',
  },
} as const satisfies Problems;

export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: RefusalCode;
  request_id: string;
} & Record<string, unknown>;

/** RFC 9457, with the refusal's facts beside the standard members. */
export function problemOf(known: Problems, refusal: Refusal, requestId: string): ProblemBody {
  const { status, title, detail } = known[refusal.code] as Problem<RefusalCode>;
  return {
    type: `/api/docs#${refusal.code}`,
    title,
    status,
    detail: detail(refusal.facts),
    code: refusal.code,
    request_id: requestId,
    ...refusal.facts,
  };
}
