import * as z from 'zod/mini';

/** A text of which only the length is checked: what is no good just finds nothing. */
export const plainText = (maximum: number) => z.string().check(z.maxLength(maximum, { abort: true }));
