/** DynamoDB did not answer, or not in time. The caller may retry: nothing is known to be wrong with the request. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

const PASSING = new Set([
  'AbortError',
  'TimeoutError',
  'InternalServerError',
  'ServiceUnavailable',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
  'LimitExceededException',
  // The answer is not DynamoDB's JSON: a proxy answered for it.
  'SyntaxError',
]);
/** The names by which AWS says that a caller is too fast or too slow: those that the SDK retries. */
const THROTTLED = /Throttl|^RequestTimeout|^TooManyRequests|^SlowDown|^BandwidthLimit|^PriorRequest/;
const BROKEN_CONNECTION =
  /ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|E(?:HOST|NET)UNREACH|HPE_|socket hang up/;

type Shape = Partial<Record<'name' | 'message' | 'code' | 'errors' | '$metadata', unknown>>;

/** True if the status says that the server failed, waited too long for a request, or has too much to do. */
function isFailure({ $metadata }: Shape): boolean {
  const status = Number(($metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode);
  return status === 408 || status === 429 || status >= 500;
}

/**
 * True for an error that means that DynamoDB is unavailable or overloaded, rather than that the request is wrong. It
 * checks the shape alone: an error of Node's own modules is not always an instance of this realm's Error.
 */
export function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, message, code, errors } = error as Shape;
  if (PASSING.has(String(name)) || THROTTLED.test(String(name))) return true;
  if (isFailure(error)) return true;
  return (
    BROKEN_CONNECTION.test(String(code)) ||
    BROKEN_CONNECTION.test(String(message)) ||
    (Array.isArray(errors) && errors.some(isPassing))
  );
}

/**
 * True for a passing error that the SDK retries at once. An answer that is not HTTP or not JSON is not retried, unless
 * its status says that the server failed: its sender will give it again.
 */
export const isRetryable = (error: unknown): boolean =>
  isPassing(error) && (isFailure(error as Shape) || !isUnreadable(error as Shape));

const isUnreadable = ({ name, code }: Shape): boolean => name === 'SyntaxError' || String(code).startsWith('HPE_');
