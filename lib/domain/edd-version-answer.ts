import { serializeTexts } from './php-serialize.ts';
import type { EddCall } from './edd-call.ts';

/** The facts about a product and its release. Texts that are unknown are empty. */
export type EddVersion = {
  new_version: string;
  stable_version: string;
  name: string;
  slug: string;
  url: string;
  homepage: string;
  last_updated: string;
  package: string;
  sections: Readonly<Record<string, string>>;
  banners: Readonly<Record<string, string>>;
  icons: Readonly<Record<string, string>>;
  requires: string;
  tested: string;
  requires_php: string;
  /** What tells the package from one that was not published here. Texts, as all that these clients may store. */
  signed?: Readonly<Record<'sha256' | 'size' | 'signature' | 'kid', string>>;
  msg?: string;
};

const NO_BANNERS = { high: '', low: '' };

/**
 * An answer with all fields that some client reads. What clients hand to PHP's `unserialize` is serialized: objects of
 * JSON there stop the page that shows a plugin's details.
 */
export function describeEddVersion(version: EddVersion) {
  const { sections, banners, icons, signed, msg, ...texts } = mapTexts(version, withoutEmoji);
  return {
    new_version: texts.new_version,
    stable_version: texts.stable_version,
    name: texts.name,
    slug: texts.slug,
    url: texts.url,
    homepage: texts.homepage,
    last_updated: texts.last_updated,
    package: texts.package,
    download_link: texts.package,
    sections: serializeTexts(sections),
    banners: serializeTexts({ ...NO_BANNERS, ...banners }),
    icons: serializeTexts(icons),
    requires: texts.requires,
    tested: texts.tested,
    requires_php: texts.requires_php,
    ...signed,
    ...(msg === undefined ? {} : { msg }),
  };
}
export type EddVersionAnswer = ReturnType<typeof describeEddVersion>;

/**
 * The answer that offers nothing: the version that the site has. Every client takes it, shows no error, and can show
 * its page of details. A refusal never leaves fields out.
 */
export function offerNothing(
  call: Pick<EddCall, 'version' | 'slug' | 'item_name'>,
  product: { name: string; slug: string } | undefined,
  msg: string,
): EddVersion {
  const { version, slug, item_name } = call;
  return {
    new_version: version,
    stable_version: version,
    name: product?.name ?? (item_name || slug || 'Plugin'),
    slug: slug || (product?.slug ?? ''),
    url: '',
    homepage: '',
    last_updated: '',
    package: '',
    sections: { description: `<p>${escapeHtml(msg)}</p>`, changelog: `<p>${escapeHtml(msg)}</p>` },
    banners: {},
    icons: {},
    requires: '',
    tested: '',
    requires_php: '',
    msg,
  };
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => String(ESCAPES[character]));

/** Characters of four bytes as HTML entities: a site's table of options may not be able to store them. */
export const withoutEmoji = (text: string): string =>
  text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, (character) => `&#x${Number(character.codePointAt(0)).toString(16)};`);

function mapTexts<T extends object>(value: T, change: (text: string) => string): T {
  const entries = Object.entries(value).map(([name, field]: [string, string | object]) => [
    name,
    typeof field === 'string' ? change(field) : mapTexts(field, change),
  ]);
  return Object.fromEntries(entries) as T;
}
