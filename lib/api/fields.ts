import * as z from 'zod';
import { MAX_TYPED_EMAIL, normaliseEmail } from '../domain/email.ts';
import { isUuid } from '../domain/ids.ts';
import { isWithinLimit, METADATA_BYTES } from '../domain/merge.ts';
import { unpastedKey } from '../domain/pasted.ts';
import { parseTime } from '../domain/time.ts';
import { METADATA_NAME, METADATA_VALUE, NO_CONTROL_CHARACTERS, ONLY_LINE_BREAKS, VISIBLE_TEXT } from './text-rules.ts';

/**
 * Fields that several brand and admin routes share. Nothing looks at a text that is too long: what is done with texts
 * may cost more than their length.
 */
export const text = (maximum: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maximum, { abort: true })
    .regex(VISIBLE_TEXT, NO_CONTROL_CHARACTERS)
    .transform((value) => value.normalize('NFC'));

/** A license key as pasted: blanks, line breaks, dashes, quotes and invisible characters are forgiven when it is read. */
export const pastedLicenseKey = z
  .string()
  .trim()
  .max(255, { abort: true })
  .regex(/^[^\p{Cs}]*$/u, 'must not contain unpaired surrogates')
  .refine((value) => unpastedKey(value) !== '', 'must not be empty');

export const uuid = z
  .string()
  .refine((value) => isUuid(value.toLowerCase()), 'must be a UUID')
  .toLowerCase()
  .meta({ description: 'UUIDv7', format: 'uuid' });

export const slugOrId = text(64).meta({ description: 'Slug or id' });

/** An e-mail: compared as `email`, shown back as first given. */
export const email = z
  .string()
  .max(MAX_TYPED_EMAIL, { abort: true })
  .refine((value) => normaliseEmail(value) !== undefined, 'must be an e-mail address')
  .meta({ description: 'An e-mail address; trimmed and compared without case', format: 'email' });

export const instant = z
  .string()
  .refine(
    (value) => parseTime(value) !== undefined,
    'must be a date (2026-12-31) or a time with a zone (2026-12-31T23:59:59Z)',
  )
  .transform((value) => parseTime(value) ?? value)
  .meta({
    description: 'ISO 8601: a time with a zone, or a date, which means its last second in UTC',
    format: 'date-time',
  });

const metadataName = z.string().min(1).max(64, { abort: true }).regex(METADATA_NAME, NO_CONTROL_CHARACTERS);
const metadataValue = z.string().max(METADATA_BYTES, { abort: true }).regex(METADATA_VALUE, ONLY_LINE_BREAKS);
export const metadata = z
  .record(metadataName, metadataValue)
  .refine(isWithinLimit, { message: 'must be at most 2 KB', abort: true })
  .meta({ description: 'Up to 2 KB of text values of your own' });

/** A change of metadata; the limit holds for the whole that it is merged into. */
export const metadataChanges = z
  .record(metadataName, metadataValue.nullable())
  .meta({ description: 'Text values by name: each takes the place of the old one, null removes it, the others stay' });

export const externalId = text(255).meta({
  description: 'Your order or invoice number; unique within the brand for ever',
});

export const reason = text(500).optional().meta({ description: 'Why; kept in the history' });

export const page = {
  limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(50).meta({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    description: 'Entries a page, 1 to 100; a page may be shorter while there is a cursor',
  }),
  cursor: text(4096).optional().meta({ description: '`next_cursor` of the page before' }),
};

export const time = z.string().meta({ description: 'ISO 8601, UTC', format: 'date-time' });
export const id = z.string().meta({ description: 'UUIDv7', format: 'uuid' });
export const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Ask with it as `cursor` for the next page; null on the last one' });
