import * as z from 'zod/mini';
import { isPrintableAscii, unprintable } from '../../domain/unicode-pattern.ts';

/** A text that is compared and never stored: what is no good just finds nothing. */
export const plainText = (maximum: number) =>
  z.string().check(
    z.maxLength(maximum, { abort: true }),
    z.refine(
      (text) => isPrintableAscii(text) || text.search(unprintable()) < 0,
      'must not contain control characters or unpaired surrogates',
    ),
  );
