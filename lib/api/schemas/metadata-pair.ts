import * as z from 'zod/mini';
import { METADATA_BYTES } from '../../domain/merge.ts';
import { METADATA_VALUE, NO_CONTROL_CHARACTERS, ONLY_LINE_BREAKS, VISIBLE_TEXT } from './text-rules.ts';

/** A name and a value of metadata, for the routes of plugins and of shops. */
export const metadataName = z
  .string()
  .check(z.minLength(1), z.maxLength(64, { abort: true }), z.regex(VISIBLE_TEXT, NO_CONTROL_CHARACTERS));
export const metadataValue = z
  .string()
  .check(z.maxLength(METADATA_BYTES, { abort: true }), z.regex(METADATA_VALUE, ONLY_LINE_BREAKS));
