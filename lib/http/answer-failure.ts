import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Refusal } from '../domain/refusal.ts';
import type { Runtime } from '../context.ts';
import type { Binding } from './binding.ts';
import type { ProblemsLoader } from './known-problems.ts';
import { plainError } from './plain-error.ts';
import { toProblemResult } from './problem-result.ts';
import type { Result } from './respond.ts';

/** A call that ends with a refusal, or with an error that became one. */
type Failure = {
  error: Error | null | undefined;
  refusal: Refusal;
  requestId: string;
  headers: Record<string, string>;
  route: string;
  inForm: Binding['inForm'] | undefined;
};

/** Answers a failed call in the form of its route, and logs a fault of ours. Most calls do not fail, so it is apart. */
export async function answerFailure(
  event: APIGatewayProxyEventV2,
  runtime: Runtime | undefined,
  load: ProblemsLoader,
  { error, refusal, requestId, headers, route, inForm }: Failure,
): Promise<Result> {
  const result = toProblemResult(await load(), refusal, requestId, headers);
  if (refusal.code === 'internal_error') {
    runtime?.logger.error({
      event: 'call.failed',
      message: 'unexpected error',
      request_id: requestId,
      route,
      error: plainError(error),
    });
  }
  runtime?.metrics.measure('refusals', 1, refusal.code);
  return inForm?.(result, refusal, event) ?? result;
}
