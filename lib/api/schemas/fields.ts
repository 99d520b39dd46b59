import * as z from 'zod';
import { isSlug, SLUG } from '../../domain/brand.ts';
import { MAX_TYPED_EMAIL, normaliseEmail } from '../../domain/email.ts';
import { isUuid } from '../../domain/ids.ts';
import { isWithinLimit, METADATA_BYTES } from '../../domain/merge.ts';
import { unpastedKey } from '../../domain/pasted.ts';
import { parseTime } from '../../domain/time.ts';
import { METADATA_VALUE, NO_CONTROL_CHARACTERS, ONLY_LINE_BREAKS, VISIBLE_TEXT } from './text-rules.ts';

/**
 * Fields that several brand and admin routes share. A text that is too long is refused before any other rule sees it:
 * the cost of a rule may grow faster than the length.
 */
export const text = (maximum: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maximum, { abort: true })
    .regex(VISIBLE_TEXT, NO_CONTROL_CHARACTERS)
    .transform((value) => value.normalize('NFC'));

/** A license key as pasted: blanks, line breaks, dashes, quotes and invisible characters are ignored. */
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
  .meta({ description: 'A UUIDv7', format: 'uuid' });

export const slug = z
  .string()
  .refine(isSlug, 'must be 1 to 64 of a–z, 0–9 and dashes, with no dash at either end')
  .meta({ description: 'The public name in URLs and requests; it never changes', pattern: SLUG.source });

export const slugOrId = text(64).meta({ description: 'The slug or id' });

/** An e-mail address. It is compared in normalized form and shown as it was first given. */
export const email = z
  .string()
  .max(MAX_TYPED_EMAIL, { abort: true })
  .refine((value) => normaliseEmail(value) !== undefined, 'must be an e-mail address')
  .meta({ description: 'An e-mail address; it is trimmed and compared without case', format: 'email' });

/** The same, in the form that e-mail addresses are compared in. */
export const normalizedEmail = email.transform((value) => normaliseEmail(value)?.email ?? value);

export const instant = z
  .string()
  .refine(
    (value) => parseTime(value) !== undefined,
    'must be a date (2026-12-31) or a time with a zone (2026-12-31T23:59:59Z)',
  )
  .transform((value) => parseTime(value) ?? value)
  .meta({
    description: 'ISO 8601: a time with a zone, or a date, which means the last second of that day in UTC',
    format: 'date-time',
  });

const metadataName = z.string().min(1).max(64, { abort: true }).regex(VISIBLE_TEXT, NO_CONTROL_CHARACTERS);
const metadataValue = z.string().max(METADATA_BYTES, { abort: true }).regex(METADATA_VALUE, ONLY_LINE_BREAKS);
export const metadata = z
  .record(metadataName, metadataValue)
  .refine(isWithinLimit, { message: 'must be at most 2 KB', abort: true })
  .meta({ description: 'Your own text values, up to 2 KB' });

/** A change of metadata. The limit of 2 KB applies to the merged result. */
export const metadataChanges = z.record(metadataName, metadataValue.nullable()).meta({
  description:
    'Text values by name. A value replaces the old one, null removes it, and all other names stay as they are',
});

export const externalId = text(255).meta({
  description: 'Your order or invoice number; each can be used once within a brand',
});

export const reason = text(500)
  .optional()
  .meta({ description: 'The reason for this change; it is stored in the history' });

export const idempotency_key = text(255)
  .optional()
  .meta({ description: 'Used instead of the header `Idempotency-Key`' });

export const page = {
  limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(50).meta({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    description: 'Entries per page, 1 to 100. A page can be shorter even when more pages follow',
  }),
  cursor: text(4096).optional().meta({ description: '`next_cursor` of the previous page' }),
};

export const time = z.string().meta({ description: 'ISO 8601 in UTC', format: 'date-time' });
export const id = z.string().meta({ description: 'A UUIDv7', format: 'uuid' });
export const name = z.string().meta({ description: 'The name that people read' });
export const nameToSet = text(120).meta({ description: 'The name that people read' });
export const shownSlug = z.string().meta({ description: 'The public name in URLs and requests; it never changes' });
export const shownMetadata = z.record(z.string(), z.string()).meta({ description: 'Your own text values, by name' });
export const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Send it as `cursor` to get the next page; null on the last page' });

export const PageInput = z.strictObject(page);
export type PageInput = z.infer<typeof PageInput>;

/** Sets the brand in the path of a platform team's route. */
export const inBrand = { brand_id: uuid.meta({ description: 'The id of the brand' }) };
