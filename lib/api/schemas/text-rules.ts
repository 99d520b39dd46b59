import { CONTROLS } from '../../domain/unicode-pattern.ts';

/** Unpaired ones: a pattern with the flag `u` reads a pair as one character. */
const SURROGATES = String.raw`\ud800-\udfff`;

/** The characters that texts may contain, for the schemas of brand routes (zod) and product routes (zod/mini). */
export const VISIBLE_TEXT = new RegExp(`^[^${CONTROLS}${SURROGATES}]*$`, 'u');
/** A NUL or another control character breaks what reads it later: databases, CSV files, terminals. */
export const METADATA_VALUE = new RegExp(`^(?:[^${CONTROLS}${SURROGATES}]|[\\t\\n\\r])*$`, 'u');

export const NO_CONTROL_CHARACTERS = 'must not contain control characters or unpaired surrogates';
export const ONLY_LINE_BREAKS =
  'must not contain control characters other than tabs and line breaks, or unpaired surrogates';
export const NO_CREDENTIALS = 'must not contain a license key, an API key or a webhook secret';
