import * as z from 'zod/mini';

/** A text that is compared and never stored: what is no good just finds nothing. */
export const plainText = (maximum: number) =>
  z.string().check(
    z.maxLength(maximum, { abort: true }),
    z.refine((text) => !/\p{C}/u.test(text), 'must not contain control characters or unpaired surrogates'),
  );
