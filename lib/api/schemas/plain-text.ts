import * as z from 'zod/mini';

/** A text that is compared and never stored: what is no good just finds nothing. */
export const plainText = (maximum: number) =>
  z
    .string()
    .check(
      z.maxLength(maximum, { abort: true }),
      z.regex(/^\P{C}*$/u, 'must not contain control characters or unpaired surrogates'),
    );
