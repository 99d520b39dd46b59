/** The control characters (`\p{Cc}`, which never changes), for a class of characters. */
export const CONTROLS = '\u0000-\u001f\u007f-\u009f';

/** Anything that is no character of a text: control characters, invisible ones, those that nobody has defined. */
export const unprintable = unicodePattern('\\p{C}', 'gu');

const BEYOND_ASCII = /[^ -~]/;

/** A text of printable ASCII has no character that looks like another or like none, so most rules need not read it. */
export const isPrintableAscii = (text: string): boolean => !BEYOND_ASCII.test(text);

/**
 * A pattern with classes of Unicode, made when it is first asked for: V8 reads the characters of each class when it
 * loads a literal, and again at the first match, which takes up to two milliseconds of a first call.
 */
export function unicodePattern(source: string, flags: string): () => RegExp {
  let pattern: RegExp | undefined;
  return () => {
    pattern ??= new RegExp(source, flags);
    return pattern;
  };
}
