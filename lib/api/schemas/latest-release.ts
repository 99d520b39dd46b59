import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { RELEASE_CHANNELS } from '../../domain/release.ts';
import { UPDATE_CODES } from '../../domain/update-detail.ts';
import { VERDICT_CODES } from '../../domain/verdict.ts';
import { answeredTime } from './product-answer.ts';
import { shownTexts } from './release.ts';

const urls = z.record(z.string(), z.string());

const LatestRelease = describe(
  z.object({
    version: describe(z.string(), 'The version'),
    channel: describe(z.enum(RELEASE_CHANNELS), 'The channel of the release'),
    ...shownTexts,
    icons: describe(urls, 'Addresses of icons'),
    banners: describe(urls, 'Addresses of banners'),
    published_at: answeredTime,
    sha256: describe(z.string(), 'The SHA-256 of the package, in lower-case hex'),
    size: describe(z.int(), 'The size of the package in bytes'),
    signature: describe(z.nullable(z.string()), 'The signature of the package; null while no signing key can be had'),
    kid: describe(z.nullable(z.string()), 'The signing key that made it'),
  }),
  { id: 'LatestRelease', description: 'The release that the site is offered' },
);
const PackageLink = describe(
  z.object({
    url: describe(z.string(), 'The address of the package. It works as often as wanted until it ends'),
    expires_at: answeredTime,
  }),
  { id: 'PackageLink', description: 'The download of a package' },
);

export const LatestReleaseAnswer = describe(
  z.object({
    release: describe(z.nullable(LatestRelease), 'Null when no release fits'),
    package: describe(z.nullable(PackageLink), 'Null when the license does not allow the download'),
    code: describe(
      z.enum([...VERDICT_CODES, ...UPDATE_CODES]),
      'The verdict on the license; `no_license` without a key, `no_release` when no release fits',
    ),
    detail: describe(z.nullable(z.string()), 'A sentence for the owner of the site; null for `valid`'),
  }),
  { id: 'LatestReleaseAnswer', description: 'The answer to a site that asks for an update' },
);
export type LatestReleaseAnswer = z.infer<typeof LatestReleaseAnswer>;
