import { decodeForm, phpText, type PhpMap } from './php-parameters.ts';
import { decodeName } from './edd-product-names.ts';

/** One request of a client, about one product. Texts that were not sent are empty. */
export type EddCall = {
  license: string;
  item_id: number | undefined;
  item_name: string;
  /** The site, as sent, or as the User-Agent names it */
  url: string;
  /** `wp_get_environment_type()` of the site */
  environment: string;
  version: string;
  slug: string;
  beta: boolean;
  php_version: string;
  wp_version: string;
};

/** `batch` holds the calls of `products[…]`, by the names under which they are answered. */
export type EddRequest = {
  action: string;
  call: EddCall;
  batch: ReadonlyMap<string, EddCall> | undefined;
  /** what a link to the shop's checkout says, if the request is one */
  renewal: { license_key: string; item_id: string };
};

/** One call to the address of a brand, which its path names by slug. */
export type EddInput = EddRequest & { brand: string };

/** The products that one batch may ask about. */
export const MAX_BATCH = 20;

/** A text that is sent back is cut at this length. */
const MAX_ECHO = 255;
/** Longer than any address or key that can be found. It bounds the work on hostile input. */
const MAX_TEXT = 2048;

export function readEddRequest(parameters: PhpMap, userAgent: string): EddRequest {
  const call = readCall(parameters, userAgent);
  const products = parameters.get('products');
  return {
    action: phpText(parameters, 'edd_action').trim(),
    call,
    batch: products === undefined ? undefined : readBatch(products, call, userAgent),
    renewal: {
      license_key: decodeForm(phpText(parameters, 'edd_license_key')).trim().slice(0, MAX_ECHO),
      item_id: String(readItemId(phpText(parameters, 'download_id')) ?? ''),
    },
  };
}

function readCall(sent: PhpMap, userAgent: string): EddCall {
  const item_id = readItemId(phpText(sent, 'item_id'));
  const item_name = given(phpText(sent, 'item_name'));
  const name = item_id === undefined && item_name === '' ? given(phpText(sent, 'name')) : item_name;
  const url = decodeForm(phpText(sent, 'url')).trim().slice(0, MAX_TEXT);
  return {
    license: decodeForm(phpText(sent, 'license')).trim().slice(0, MAX_TEXT),
    item_id,
    item_name: decodeName(name).slice(0, MAX_ECHO),
    url: url === '' || url === '0' ? siteOfUserAgent(userAgent) : url,
    environment: phpText(sent, 'environment').trim().toLowerCase(),
    version: phpText(sent, 'version').trim().slice(0, MAX_ECHO),
    slug: decodeForm(phpText(sent, 'slug')).trim().slice(0, MAX_ECHO),
    beta: /^(?:1|true|yes)$/i.test(phpText(sent, 'beta').trim()),
    php_version: phpText(sent, 'php_version').trim().slice(0, MAX_ECHO),
    wp_version: phpText(sent, 'wp_version').trim().slice(0, MAX_ECHO),
  };
}

/** A product of a batch that names no license or site has those of the whole request. */
function readBatch(products: string | PhpMap, whole: EddCall, userAgent: string): ReadonlyMap<string, EddCall> {
  if (typeof products === 'string') return new Map();
  return new Map(
    [...products].map(([name, sent]) => {
      const call = typeof sent === 'string' ? readCall(new Map(), userAgent) : readCall(sent, userAgent);
      const hasUrl = typeof sent !== 'string' && phpText(sent, 'url') !== '';
      return [
        name,
        {
          ...call,
          license: call.license === '' ? whole.license : call.license,
          url: hasUrl ? call.url : whole.url,
          environment: call.environment === '' ? whole.environment : call.environment,
          slug: call.slug === '' ? name.slice(0, MAX_ECHO) : call.slug,
          php_version: call.php_version === '' ? whole.php_version : call.php_version,
          wp_version: call.wp_version === '' ? whole.wp_version : call.wp_version,
        },
      ];
    }),
  );
}

/** PHP sends `false` as `0`, which means that there is none. */
const given = (text: string): string => (text.trim() === '0' ? '' : text);

/** Digits, with any sign; everything else is no id. */
function readItemId(sent: string): number | undefined {
  const digits = /^[+-]?(\d{1,15})$/.exec(sent.trim())?.[1];
  const id = digits === undefined ? 0 : parseInt(digits, 10);
  return id === 0 ? undefined : id;
}

/** `WordPress/6.1.9; https://shop.example/blog`. The second part of a browser's (`Win64`) is no site. */
function siteOfUserAgent(userAgent: string): string {
  const second = userAgent.split(';')[1]?.trim() ?? '';
  return /^https?:\/\//i.test(second) ? second.slice(0, MAX_TEXT) : '';
}
