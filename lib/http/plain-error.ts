import { redact } from '../domain/redact.ts';

/** Name, message and stack: never the request that an SDK error may carry, nor what a message quotes of it. */
export const plainError = (error: Error | null | undefined): Record<string, unknown> => ({
  name: error?.name,
  message: redact(error?.message ?? ''),
  stack: redact(error?.stack ?? ''),
});
