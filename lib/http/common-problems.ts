import { counted } from '../domain/counted.ts';
import { keyTexts } from '../domain/key-texts.ts';
import type { Refusal, RefusalCode, RefusalFacts } from '../domain/refusal.ts';

export type Problem<C extends RefusalCode> = {
  status: number;
  title: string;
  detail: (facts: RefusalFacts[C]) => string;
};
/** The problems that a function can answer with. */
export type Problems = { readonly [C in RefusalCode]?: Problem<C> };

/** The refusals that all product routes share. The function of the check contains no others: `problems.ts` has all. */
export const commonProblems = {
  license_key_not_found: {
    status: 404,
    title: 'License key not found',
    detail: keyTexts.license_key_not_found,
  },
  license_key_replaced: {
    status: 404,
    title: 'License key replaced',
    detail: keyTexts.license_key_replaced,
  },
  bad_request: {
    status: 400,
    title: 'Bad request',
    detail: ({ errors }) =>
      `The request has ${counted(errors.length, 'error')}.` +
      ` Correct ${errors.length === 1 ? 'it' : 'them'} and send it again.`,
  },
  body_not_json: {
    status: 400,
    title: 'Body is not JSON',
    detail: () => 'The body of this request is not a JSON object. Send one.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    detail: (facts) => `A request can have at most ${counted(facts.maximum_bytes, 'byte')}. Send a shorter one.`,
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: (facts) => `This content type is not supported. Send ${facts.supported.join(' or ')}.`,
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: (facts) => `This address does not support this method. Use ${facts.allowed.join(' or ')}.`,
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: (facts) =>
      `You have sent too many requests in this minute. Try again in ${counted(facts.retry_after_seconds, 'second')}.`,
  },
  busy: {
    status: 503,
    title: 'Busy',
    detail: () => 'Too many changes are made at once. Try again in a moment.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    detail: () => 'The service cannot answer at the moment. Try again in a moment.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: () => 'Something went wrong on our side. Send us the request id.',
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
export function buildProblem(known: Problems, refusal: Refusal, requestId: string): ProblemBody {
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
