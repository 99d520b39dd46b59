/**
 * `passing`: sent three times, ends as `Unavailable`. `contended`: retried until time runs out, ends as `Contention`.
 * `ours`: a bug or a refusal, sent once, and the caller gets it.
 */
export type FaultKind = 'passing' | 'contended' | 'ours';

/** The name of an error, how a wire treats it, the status it comes with, and its members beside its message. */
type Fault = [name: string, kind: FaultKind, status: number, members: Record<string, unknown>];

const Item = { pk: { S: 'TEST#thing' }, n: { N: '1' }, list: { L: [{ BOOL: true }, { M: { a: { NULL: true } } }] } };
const reasons = [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn:aws:dynamodb:eu-west-1:1:table/a' }];
const CancellationReasons = [
  { Code: 'None' },
  { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item },
  { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
];

/**
 * Errors of the real service for the operations used here, most of which the local engine never returns. A test reads
 * from the SDK which ones there are.
 */
export const faults: Fault[] = [
  ['TransactionConflictException', 'contended', 400, {}],
  ['ReplicatedWriteConflictException', 'contended', 400, {}],
  ['TransactionInProgressException', 'passing', 400, {}],
  ['ThrottlingException', 'passing', 400, { throttlingReasons: reasons }],
  ['ProvisionedThroughputExceededException', 'passing', 400, { ThrottlingReasons: reasons }],
  ['RequestLimitExceeded', 'passing', 400, { ThrottlingReasons: reasons }],
  ['LimitExceededException', 'passing', 400, {}],
  ['InternalServerError', 'passing', 500, {}],
  ['InternalFailure', 'passing', 500, {}],
  ['ServiceUnavailable', 'passing', 503, {}],
  ['RequestTimeout', 'passing', 408, {}],
  ['TooManyRequestsException', 'passing', 429, {}],
  // No local index limits a collection here, so waiting cannot help.
  ['ItemCollectionSizeLimitExceededException', 'ours', 400, {}],
  // Each transaction has its own token: two requests with one token are a bug.
  ['IdempotentParameterMismatchException', 'ours', 400, {}],
  ['ConditionalCheckFailedException', 'ours', 400, { Item }],
  ['TransactionCanceledException', 'ours', 400, { CancellationReasons }],
  ['ResourceNotFoundException', 'ours', 400, {}],
  ['InvalidEndpointException', 'ours', 421, {}],
  ['ValidationException', 'ours', 400, {}],
  ['SerializationException', 'ours', 400, {}],
  ['UnknownOperationException', 'ours', 400, {}],
  ['RequestEntityTooLarge', 'ours', 413, {}],
  ['AccessDeniedException', 'ours', 400, {}],
  ['UnrecognizedClientException', 'ours', 400, {}],
  ['ExpiredTokenException', 'ours', 400, {}],
  ['MissingAuthenticationTokenException', 'ours', 400, {}],
  ['IncompleteSignatureException', 'ours', 400, {}],
  ['InvalidSignatureException', 'ours', 400, {}],
];
