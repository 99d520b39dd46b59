import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';

const text = (about: string) => describe(z.string(), about);
const byName = z.record(z.string(), z.string());

/** The fields have the names and the types of plugin-update-checker. */
export const PluginUpdate = describe(
  z.object({
    name: text('The name of the product'),
    slug: text('The folder of the product'),
    version: text('The newest version for the site; the installed one where there is none'),
    download_url: z.optional(text('The address of the package; absent when the license does not allow the download')),
    homepage: text('The page of the product'),
    requires: text('The lowest version of WordPress'),
    tested: text('The highest version of WordPress that it was tested with'),
    requires_php: text('The lowest version of PHP'),
    last_updated: text('The time of publishing'),
    upgrade_notice: text('A short text beside the update'),
    author: text('The author'),
    author_homepage: text('The page of the author'),
    sections: describe(byName, 'HTML by section'),
    icons: describe(byName, 'Addresses of icons'),
    banners: describe(byName, 'Addresses of banners'),
    sha256: z.optional(text('The SHA-256 of the package, in lower-case hex')),
    size: z.optional(describe(z.int(), 'The size of the package in bytes')),
    signature: z.optional(describe(z.nullable(z.string()), 'The signature of the package; null without a signing key')),
    kid: z.optional(describe(z.nullable(z.string()), 'The signing key that made it')),
  }),
  { id: 'PluginUpdate', description: 'The metadata of plugin-update-checker' },
);
export type PluginUpdate = z.infer<typeof PluginUpdate>;
