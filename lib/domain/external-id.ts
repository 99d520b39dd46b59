import { isPrintableAscii, unicodePattern } from './unicode-pattern.ts';

const unseen = unicodePattern(String.raw`\p{Cf}`, 'gu');

/**
 * The form in which two order numbers are compared: without surrounding blanks and invisible characters, composed, and
 * without case. Each letter is lowered, raised and lowered, as some have no pair (`ß` is `SS`, `ς` and `σ` are both
 * `Σ`), and alone, so that no neighbor affects it.
 */
export function foldExternalId(externalId: string): string {
  const visible = (isPrintableAscii(externalId) ? externalId : externalId.replaceAll(unseen(), '')).trim();
  const folded = Array.from((visible === '' ? externalId : visible).normalize('NFC'), (letter) =>
    letter.toLowerCase().toUpperCase().toLowerCase(),
  );
  return folded.join('').normalize('NFC');
}
