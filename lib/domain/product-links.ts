import type { License } from './license.ts';

export const LINK_FIELDS = ['renew_url', 'upgrade_url', 'manage_url', 'support_url'] as const;
/** The pages of a brand's shop about a product; null where the brand has set none. */
export type ProductLinks = Record<(typeof LINK_FIELDS)[number], string | null>;

export const NO_LINKS: ProductLinks = { renew_url: null, upgrade_url: null, manage_url: null, support_url: null };

const PLACEHOLDER = /\{([^{}]*)\}/g;
const PLACEHOLDERS = ['license_id', 'license_key_id', 'product'];

/** The fault of a link as the end of a sentence, without the input; undefined if there is none. */
export function findLinkFault(link: string): string | undefined {
  const unknown = [...link.matchAll(PLACEHOLDER)].some((match) => !PLACEHOLDERS.includes(String(match[1])));
  const filled = link.replaceAll(PLACEHOLDER, 'x');
  if (unknown || /[{}]/.test(filled))
    return `may contain only the placeholders ${PLACEHOLDERS.map((name) => `{${name}}`).join(', ')}`;
  const url = URL.canParse(filled) ? new URL(filled) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return 'must be an http or https URL';
  return url.username !== '' || url.password !== '' ? 'must not contain a user name or a password' : undefined;
}

/** A link that is named replaces the old one, and null removes it. */
export const mergeLinks = (
  links: ProductLinks,
  changes: { readonly [F in keyof ProductLinks]?: string | null | undefined },
): ProductLinks => ({
  ...links,
  ...(Object.fromEntries(Object.entries(changes).filter(([, link]) => link !== undefined)) as Partial<ProductLinks>),
});

/** The links for one license. Without a license, a link that names it has no address. */
export function fillLinks(
  links: ProductLinks,
  product: string,
  license: Pick<License, 'id' | 'license_key_id'> | undefined,
): ProductLinks {
  const values = { license_id: license?.id, license_key_id: license?.license_key_id, product };
  const valueOf = (name: string): string | undefined => values[name as keyof typeof values];
  const fill = (link: string): string | null => {
    const isKnown = [...link.matchAll(PLACEHOLDER)].every((match) => valueOf(String(match[1])) !== undefined);
    return isKnown
      ? link.replaceAll(PLACEHOLDER, (_, name: string) => encodeURIComponent(String(valueOf(name))))
      : null;
  };
  const filled = LINK_FIELDS.map((field) => [field, links[field] === null ? null : fill(links[field])]);
  return Object.fromEntries(filled) as ProductLinks;
}
