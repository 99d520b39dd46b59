import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { text } from './fields.ts';

/** Clients send digits, and none sends more than these. */
const MAX_EDD_ITEM_ID = 999_999_999_999_999;

const isPublicUrl = (value: string): boolean => {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
};
const publicUrl = z
  .string()
  .check(
    z.maxLength(2048, { abort: true }),
    z.refine(isPublicUrl, 'must be an address that begins with http:// or https://, without a user name'),
  );
const folder = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be the name of a folder, without a slash'));
const file = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,95}\.php$/, 'must be the name of a .php file in the folder'));

const WordPress = describe(
  z.strictObject({
    type: describe(z.enum(['plugin', 'theme']), 'The kind of product'),
    folder: describe(folder, 'The folder in which WordPress keeps it; packages must have it as their only top folder'),
    file: describe(z.optional(file), 'The main file of a plugin, relative to its folder'),
  }),
  { id: 'WordPressProduct', description: 'How WordPress knows the product' },
);
const Icons = describe(z.partialRecord(z.enum(['1x', '2x', 'svg']), publicUrl), {
  id: 'ProductIcons',
  description: 'Addresses of icons: 128 and 256 pixels wide, and SVG',
});
const Banners = describe(z.partialRecord(z.enum(['low', 'high']), publicUrl), {
  id: 'ProductBanners',
  description: 'Addresses of banners: 772 and 1544 pixels wide',
});

/** The part of a product that sites are shown beside a release. */
export const presentationToSet = {
  wordpress: describe(z.optional(z.nullable(WordPress)), 'How WordPress knows the product; null if it does not'),
  homepage: describe(z.optional(z.nullable(publicUrl)), 'The page of the product'),
  author: describe(z.optional(z.nullable(text(120))), 'The author, as sites show it'),
  icons: describe(z.optional(Icons), 'Addresses of icons; they replace the earlier ones'),
  banners: describe(z.optional(Banners), 'Addresses of banners; they replace the earlier ones'),
  edd_item_id: describe(
    z.optional(z.nullable(z.int().check(z.gte(1), z.lte(MAX_EDD_ITEM_ID)))),
    'The number by which clients of Easy Digital Downloads name the product; unique in the brand, null for none',
  ),
  edd_item_name: describe(
    z.optional(z.nullable(text(200))),
    'The name by which older clients of Easy Digital Downloads name it; null means its name',
  ),
};

/** The form in an answer, which may gain fields. */
const WordPressView = describe(z.object(WordPress.shape), {
  id: 'WordPressProductView',
  description: 'How WordPress knows the product',
});
const urls = z.record(z.string(), z.string());

export const presentation = {
  wordpress: describe(z.nullable(WordPressView), 'How WordPress knows the product; null if it does not'),
  homepage: describe(z.nullable(z.string()), 'The page of the product'),
  author: describe(z.nullable(z.string()), 'The author, as sites show it'),
  icons: describe(urls, 'Addresses of icons, by `1x`, `2x` and `svg`'),
  banners: describe(urls, 'Addresses of banners, by `low` and `high`'),
  edd_item_id: describe(z.nullable(z.int()), 'The number by which clients of Easy Digital Downloads name the product'),
  edd_item_name: describe(z.nullable(z.string()), 'The name by which older clients of Easy Digital Downloads name it'),
};
