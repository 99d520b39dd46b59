/** The characters that texts may contain, for the schemas of brand routes (zod) and product routes (zod/mini). */
export const VISIBLE_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;
/** A NUL or another control character breaks what reads it later: databases, CSV files, terminals. */
export const METADATA_VALUE = /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u;

export const NO_CONTROL_CHARACTERS = 'must not contain control characters or unpaired surrogates';
export const ONLY_LINE_BREAKS =
  'must not contain control characters other than tabs and line breaks, or unpaired surrogates';
export const NO_CREDENTIALS = 'must not contain a license key, an API key or a webhook secret';
