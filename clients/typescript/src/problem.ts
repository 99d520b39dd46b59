import type { components } from './openapi.ts';

type ProblemBody = components['schemas']['Problem'];

/** The closed list of refusals that this version of the client knows. */
export type ProblemCode = ProblemBody['code'];

/** A refusal of the service. `code` is for programs, `detail` is a sentence that a person can read. */
export class Problem<Code extends string = ProblemCode | (string & {})> extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: Code;
  readonly detail: string;
  /** Name it to the platform team: it finds the request in the logs. */
  readonly requestId: string;
  /** Each fault of the input, with `bad_request`. */
  readonly errors: components['schemas']['FieldError'][];
  /** The whole answer, with facts such as `seat_limit` beside the members above. */
  readonly body: ProblemBody & Record<string, unknown>;
  /** Seconds to wait before another try; undefined if the answer names none. */
  readonly retryAfterS: number | undefined;

  constructor(body: ProblemBody & Record<string, unknown>, retryAfterS: number | undefined) {
    super(body.detail);
    this.status = body.status;
    this.code = body.code as Code;
    this.detail = body.detail;
    this.requestId = body.request_id;
    this.errors = body.errors ?? [];
    this.body = body;
    this.retryAfterS = retryAfterS;
  }
}

/** Narrows an error to a refusal, with one of these codes if any are named. */
export const isProblem = <Code extends ProblemCode = ProblemCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is Problem<Code> =>
  error instanceof Problem && (codes.length === 0 || (codes as readonly string[]).includes((error as Problem).code));

/**
 * - `network`: no connection, or it was cut off
 * - `timeout`: no whole answer in time
 * - `not_the_service`: an answer that is not from the service, such as the page of a proxy or a redirect
 */
export type NoAnswerReason = 'network' | 'timeout' | 'not_the_service';

/** The service did not answer: nothing is known about the outcome. A repetition with the same key takes effect once. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly reason: NoAnswerReason;
  /** The status of an answer that is not from the service. */
  readonly status: number | undefined;
  /** The key of a further try. */
  readonly idempotencyKey: string | undefined;

  constructor(call: string, { reason, status, idempotencyKey, cause }: NoAnswerFacts) {
    super(`${call} was not answered: ${reason}${status === undefined ? '' : ` (status ${status})`}`, { cause });
    this.reason = reason;
    this.status = status;
    this.idempotencyKey = idempotencyKey;
  }
}

type NoAnswerFacts = {
  reason: NoAnswerReason;
  status?: number | undefined;
  idempotencyKey?: string | undefined;
  cause?: unknown;
};

/** The problem in an answer; undefined if the answer is not from the service. */
export function readProblem(body: unknown, retryAfterS: number | undefined): Problem | undefined {
  const { code, detail, status } = (body ?? {}) as Partial<ProblemBody>;
  return typeof code === 'string' && typeof detail === 'string' && typeof status === 'number'
    ? new Problem(body as ProblemBody & Record<string, unknown>, retryAfterS)
    : undefined;
}
