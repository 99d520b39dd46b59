import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { isSlug, SLUG } from '../../domain/brand.ts';
import { MAX_TYPED_EMAIL, normaliseChecked, normaliseEmail } from '../../domain/email.ts';
import { isUuid } from '../../domain/ids.ts';
import { required } from '../../domain/invariant.ts';
import { isWithinLimit } from '../../domain/merge.ts';
import { unpastedKey } from '../../domain/pasted.ts';
import { parseTime } from '../../domain/time.ts';
import { metadataName, metadataValue } from './metadata-pair.ts';
import { NO_CONTROL_CHARACTERS, VISIBLE_TEXT } from './text-rules.ts';

/**
 * Fields that several brand and admin routes share. A text that is too long is refused before any other rule sees it:
 * the cost of a rule may grow faster than the length.
 */
export const text = (maximum: number) =>
  z.pipe(
    z
      .string()
      .check(
        z.trim(),
        z.minLength(1),
        z.maxLength(maximum, { abort: true }),
        z.regex(VISIBLE_TEXT, NO_CONTROL_CHARACTERS),
      ),
    z.transform((value) => value.normalize('NFC')),
  );

/** A license key as pasted: blanks, line breaks, dashes, quotes and invisible characters are ignored. */
export const pastedLicenseKey = z.string().check(
  z.trim(),
  z.maxLength(255, { abort: true }),
  z.refine((value) => value.isWellFormed(), 'must not contain unpaired surrogates'),
  z.refine((value) => unpastedKey(value) !== '', 'must not be empty'),
);

export const uuid = describe(
  z.string().check(
    z.refine((value) => isUuid(value.toLowerCase()), 'must be a UUID'),
    z.toLowerCase(),
  ),
  { description: 'A UUIDv7', format: 'uuid' },
);

export const slug = describe(
  z.string().check(z.refine(isSlug, 'must be 1 to 64 of a–z, 0–9 and dashes, with no dash at either end')),
  { description: 'The public name in URLs and requests; it never changes', pattern: SLUG.source },
);

export const slugOrId = describe(text(64), 'The slug or id');

/** An e-mail address. It is compared in normalized form and shown as it was first given. */
export const email = describe(
  z.string().check(
    z.maxLength(MAX_TYPED_EMAIL, { abort: true }),
    z.refine((value) => normaliseEmail(value) !== undefined, 'must be an e-mail address'),
  ),
  { description: 'An e-mail address; it is trimmed and compared without case', format: 'email' },
);

/** The same, in the form that e-mail addresses are compared in. */
export const normalizedEmail = z.pipe(
  email,
  z.transform((value) => normaliseChecked(value).email),
);

export const instant = describe(
  z.pipe(
    z
      .string()
      .check(
        z.refine(
          (value) => parseTime(value) !== undefined,
          'must be a date (2026-12-31) or a time with a zone (2026-12-31T23:59:59Z)',
        ),
      ),
    z.transform((value) => required(parseTime(value), 'the check takes times only')),
  ),
  {
    description: 'ISO 8601: a time with a zone, or a date, which means the last second of that day in UTC',
    format: 'date-time',
  },
);

export const metadata = describe(
  z
    .record(metadataName, metadataValue)
    .check(z.refine(isWithinLimit, { message: 'must be at most 2 KB', abort: true })),
  'Your own text values, up to 2 KB',
);

/** A change of metadata. The limit of 2 KB applies to the merged result. */
export const metadataChanges = describe(
  z.record(metadataName, z.nullable(metadataValue)),
  'Text values by name. A value replaces the old one, null removes it, and all other names stay as they are',
);

export const externalId = describe(text(255), 'Your order or invoice number; each can be used once within a brand');

export const reason = describe(z.optional(text(500)), 'The reason for this change; it is stored in the history');

export const idempotency_key = describe(z.optional(text(255)), 'Used instead of the header `Idempotency-Key`');

export const page = {
  limit: describe(z._default(z.pipe(z.coerce.number(), z.int().check(z.gte(1), z.lte(100))), 50), {
    type: 'integer',
    minimum: 1,
    maximum: 100,
    description: 'Entries per page, 1 to 100. A page can be shorter even when more pages follow',
  }),
  cursor: describe(z.optional(text(4096)), '`next_cursor` of the previous page'),
};

export const time = describe(z.string(), { description: 'ISO 8601 in UTC', format: 'date-time' });
export const id = describe(z.string(), { description: 'A UUIDv7', format: 'uuid' });
export const name = describe(z.string(), 'The name that people read');
export const nameToSet = describe(text(120), 'The name that people read');
export const shownSlug = describe(z.string(), 'The public name in URLs and requests; it never changes');
export const shownMetadata = describe(z.record(z.string(), z.string()), 'Your own text values, by name');
export const nextCursor = describe(
  z.nullable(z.string()),
  'Send it as `cursor` to get the next page; null on the last page',
);

export const PageInput = z.strictObject(page);
export type PageInput = z.infer<typeof PageInput>;

/** Sets the brand in the path of a platform team's route. */
export const inBrand = { brand_id: describe(uuid, 'The id of the brand') };
