/** DynamoDB did not answer, or not in time. The caller may retry: nothing is known to be wrong with the request. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

const PASSING = new Set([
  'AbortError',
  'TimeoutError',
  'InternalServerError',
  'ServiceUnavailable',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
  'LimitExceededException',
  // The answer is not DynamoDB's JSON: a proxy answered for it.
  'SyntaxError',
]);
const BROKEN_CONNECTION = /ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|socket hang up/;

/**
 * True for an error that means that DynamoDB is unavailable or overloaded, rather than that the request is wrong. It
 * checks the shape alone: an error of Node's own modules is not always an instance of this realm's Error.
 */
export function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, message, code, errors, $metadata } = error as Partial<
    Record<'name' | 'message' | 'code' | 'errors' | '$metadata', unknown>
  >;
  if (PASSING.has(String(name))) return true;
  const status = Number(($metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode);
  if (status >= 500) return true;
  return (
    BROKEN_CONNECTION.test(String(code)) ||
    BROKEN_CONNECTION.test(String(message)) ||
    (Array.isArray(errors) && errors.some(isPassing))
  );
}
