export const RELEASE_CHANNELS = ['stable', 'beta'] as const;
export type ReleaseChannel = (typeof RELEASE_CHANNELS)[number];

export const RELEASE_STATUSES = ['draft', 'published', 'yanked'] as const;
export type ReleaseStatus = (typeof RELEASE_STATUSES)[number];

/** The sections of a readme that sites show. */
export const SECTIONS = ['description', 'installation', 'faq', 'changelog', 'upgrade_notice'] as const;
export type Sections = Partial<Record<(typeof SECTIONS)[number], string>>;

/** The texts and requirements of a release. The request may give them; the package gives the others. */
export type ReleaseTexts = {
  name: string | null;
  requires: string | null;
  tested: string | null;
  requires_php: string | null;
  sections: Sections;
  upgrade_notice: string | null;
};
export const TEXT_FIELDS = ['name', 'requires', 'tested', 'requires_php', 'sections', 'upgrade_notice'] as const;

export const PACKAGE_STATES = ['waiting', 'checking', 'accepted', 'refused'] as const;

/** The uploaded package. `upload` numbers the uploads of a draft: what an earlier one brings no longer counts. */
export type ReleasePackage = {
  state: (typeof PACKAGE_STATES)[number];
  upload: number;
  size: number | null;
  sha256: string | null;
  sha1: string | null;
  errors: string[];
};

/** One version of a product. Times are ISO 8601 UTC with seconds. */
export type Release = {
  id: string;
  product_id: string;
  product_slug: string;
  version: string;
  channel: ReleaseChannel;
  status: ReleaseStatus;
  rollout_percent: number;
  /** the texts that requests gave, which win over those of the package */
  given: Partial<ReleaseTexts>;
  /** the texts of the package */
  found: Partial<ReleaseTexts>;
  package: ReleasePackage;
  published_at: string | null;
  yanked_at: string | null;
  created_at: string;
  updated_at: string;
  /** the number of the last journal entry */
  seq: number;
  /** the number of the last write, those of the package included */
  revision: number;
};

/** A published release, as it is listed beside the others of its product for the sites that ask. */
export type OfferedRelease = Pick<Release, 'id' | 'version' | 'channel' | 'rollout_percent'> &
  Pick<ReleaseTexts, 'requires' | 'tested' | 'requires_php'> & {
    published_at: string;
    size: number;
    sha256: string;
    sha1: string;
    /** the number of the upload that was accepted */
    upload: number;
  };

/** The texts of a release as they are shown. */
export function mergeTexts({ given, found }: Pick<Release, 'given' | 'found'>): ReleaseTexts {
  const read = (field: Exclude<keyof ReleaseTexts, 'sections'>): string | null => given[field] ?? found[field] ?? null;
  return {
    name: read('name'),
    requires: read('requires'),
    tested: read('tested'),
    requires_php: read('requires_php'),
    sections: { ...found.sections, ...given.sections },
    upgrade_notice: read('upgrade_notice'),
  };
}

/** The names of a product in WordPress: its kind, its folder, and the main file of a plugin within that. */
export type WordPressProduct = { type: 'plugin' | 'theme'; folder: string; file?: string | undefined };

/** The part of a product that everybody may see, as sites are shown it beside a release. */
export type PublicProduct = {
  id: string;
  slug: string;
  brand_slug: string;
  name: string;
  wordpress: WordPressProduct | null;
  homepage: string | null;
  author: string | null;
  icons: Record<string, string>;
  banners: Record<string, string>;
  /** how clients of Easy Digital Downloads name the product */
  edd_item_id: number | null;
  edd_item_name: string | null;
};
