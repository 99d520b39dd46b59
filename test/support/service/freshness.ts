/** The text of an answer without the fields that are recomputed each time it is sent. */
export const withoutFreshness = (text: string): string =>
  text.replaceAll(/"(next_check_at|stale_ok_until)":(?:"[^"]*"|null)/g, '"$1":…');
