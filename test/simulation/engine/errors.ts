/** A request that the simulated engine was not made for. It refuses it, so that it cannot be quietly wrong. */
export class NotSimulated extends Error {
  override name = 'NotSimulated';
}

/** An error as DynamoDB answers it: under its name, with its members. */
export function awsError(name: string, message: string, members: object = {}, httpStatusCode = 400): Error {
  const { stackTraceLimit } = Error;
  // Nobody reads the stack of an answer, and drawing it takes longer than all else of most refused requests.
  Error.stackTraceLimit = 0;
  const error = new Error(message);
  Error.stackTraceLimit = stackTraceLimit;
  return Object.assign(error, { name, $metadata: { httpStatusCode }, ...members });
}

export const validationError = (message: string): Error => awsError('ValidationException', message);
