import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { PACKAGE_STATES, RELEASE_CHANNELS, RELEASE_STATUSES, SECTIONS } from '../../domain/release.ts';
import { VERSION } from '../../domain/version-compare.ts';
import { id, nextCursor, shownSlug, text, time, uuid } from './fields.ts';
import { METADATA_VALUE, ONLY_LINE_BREAKS } from './text-rules.ts';

export const version = describe(
  z.string().check(z.regex(VERSION, 'must be 1 to 64 of 0–9, A–Z, a–z, dots, plus signs and dashes')),
  'The version, as the package has it. Versions compare as by PHP’s `version_compare`',
);
export const channel = describe(z.enum(RELEASE_CHANNELS), 'Sites on the beta channel get stable releases too');
export const rolloutPercent = describe(
  z.int().check(z.gte(0), z.lte(100)),
  'The share of sites that are offered the release. Raising it only adds sites; 0 halts it, and who has it keeps it',
);
const html = z.string().check(z.maxLength(8_000, { abort: true }), z.regex(METADATA_VALUE, ONLY_LINE_BREAKS));
const least = z.string().check(z.regex(VERSION, 'must be a version'));

/** The texts of a release as a request gives them: they win over those of the package. */
const texts = {
  name: describe(text(120), 'The name that sites show'),
  requires: describe(least, 'The lowest version of WordPress'),
  tested: describe(least, 'The highest version of WordPress that it was tested with'),
  requires_php: describe(least, 'The lowest version of PHP'),
  sections: describe(z.partialRecord(z.enum(SECTIONS), html), 'HTML by section. Only a few plain tags stay'),
  upgrade_notice: describe(text(1_000), 'A short text beside the update'),
};
export const textsToGive = {
  name: z.optional(texts.name),
  requires: z.optional(texts.requires),
  tested: z.optional(texts.tested),
  requires_php: z.optional(texts.requires_php),
  sections: z.optional(texts.sections),
  upgrade_notice: z.optional(texts.upgrade_notice),
};
/** Null gives the text of the package back. */
export const textsToChange = {
  name: z.optional(z.nullable(texts.name)),
  requires: z.optional(z.nullable(texts.requires)),
  tested: z.optional(z.nullable(texts.tested)),
  requires_php: z.optional(z.nullable(texts.requires_php)),
  sections: z.optional(z.nullable(texts.sections)),
  upgrade_notice: z.optional(z.nullable(texts.upgrade_notice)),
};

export const size = describe(
  z.int().check(z.gte(1), z.lte(200 * 1024 * 1024)),
  'The size of the package in bytes: the upload must have exactly it',
);
export const sha256 = describe(
  z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be 64 of 0–9 and a–f')),
  'The SHA-256 of the package, in lower-case hex: the upload must have exactly it',
);
export const releaseId = describe(uuid, 'The id of the release');

const ReleasedProduct = describe(z.object({ id, slug: shownSlug }), {
  id: 'ReleasedProduct',
  description: 'The product of a release',
});
const shownText = z.nullable(z.string());
export const shownTexts = {
  name: describe(shownText, 'The name that sites show'),
  requires: describe(shownText, 'The lowest version of WordPress'),
  tested: describe(shownText, 'The highest version of WordPress that it was tested with'),
  requires_php: describe(shownText, 'The lowest version of PHP'),
  sections: describe(z.record(z.string(), z.string()), 'HTML by section: `description`, `changelog` and others'),
  upgrade_notice: describe(shownText, 'A short text beside the update'),
};
const PackageState = describe(
  z.object({
    state: describe(
      z.enum(PACKAGE_STATES),
      'A package is waited for, checked, accepted, or refused; a refused one may be replaced',
    ),
    size: describe(z.nullable(z.int()), 'Bytes; null until it is accepted'),
    sha256: describe(z.nullable(z.string()), 'In lower-case hex; null until it is accepted'),
    errors: describe(z.array(z.string()), 'The reasons of a refusal'),
  }),
  { id: 'ReleasePackage', description: 'The package of a release' },
);
const release = {
  id,
  product: ReleasedProduct,
  version: describe(z.string(), 'The version'),
  channel,
  status: describe(z.enum(RELEASE_STATUSES), 'A published release is offered to sites; a yanked one no longer'),
  rollout_percent: describe(z.int(), 'The share of sites that are offered the release'),
  ...shownTexts,
  package: PackageState,
  published_at: z.nullable(time),
  yanked_at: z.nullable(time),
  created_at: time,
  updated_at: time,
};
export const ReleaseEntry = describe(z.object(release), { id: 'Release', description: 'One version of a product' });
export type ReleaseView = z.infer<typeof ReleaseEntry>;

const Upload = describe(
  z.object({
    method: describe(z.literal('PUT'), 'The method of the upload'),
    url: describe(z.string(), 'The address to which the package is sent'),
    headers: describe(z.record(z.string(), z.string()), 'Headers that the upload must have, with these values'),
    expires_at: describe(time, 'The address ends then, or with the credentials that signed it if that is earlier'),
  }),
  { id: 'ReleaseUpload', description: 'Where and how the package is uploaded' },
);
export const ReleaseWithUpload = describe(z.object({ ...release, upload: Upload }), {
  id: 'ReleaseWithUpload',
  description: 'A draft, and where its package is uploaded',
});
export type ReleaseWithUpload = z.infer<typeof ReleaseWithUpload>;

export const ReleaseList = describe(
  z.object({ releases: describe(z.array(ReleaseEntry), 'The releases of this page'), next_cursor: nextCursor }),
  { id: 'ReleaseList' },
);
export type ReleaseList = z.infer<typeof ReleaseList>;
