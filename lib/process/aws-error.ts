import type { HttpAnswer } from './http-answer.ts';

/** The members of an error. The others are what a transaction was cancelled for, and the item of a guard. */
type NamedError = { __type?: unknown; code?: unknown; message?: unknown; Message?: unknown };

/** The service's own error, with the name and message that the SDK gives it and all of its members. */
export function readAwsError({ status, errorType }: HttpAnswer, sent: NamedError): Error {
  const { __type, code, message, Message, ...members } = sent;
  const error = new Error(firstText(message, Message) ?? 'UnknownError');
  const type = firstText(__type, code, errorType) ?? 'Unknown';
  // A name may be qualified by its namespace, and followed by an address.
  const name = type.split(/[,:]/)[0]?.split('#').at(-1);
  const { stack } = error;
  return Object.assign(error, members, { name, stack, $metadata: { httpStatusCode: status } });
}

const firstText = (...values: readonly unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string');
