const UNSEEN = /\p{Cf}/gu;

/**
 * The form in which two order numbers are compared: without blanks around it and invisible characters, composed, and
 * without case. A letter is taken down, up and down, since some have no pair (`ß` is `SS`, `ς` and `σ` are both `Σ`); one
 * at a time, so that no neighbor changes it.
 */
export function foldExternalId(externalId: string): string {
  const visible = externalId.replaceAll(UNSEEN, '').trim();
  const folded = Array.from((visible === '' ? externalId : visible).normalize('NFC'), (letter) =>
    letter.toLowerCase().toUpperCase().toLowerCase(),
  );
  return folded.join('').normalize('NFC');
}
