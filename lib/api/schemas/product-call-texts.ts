/** Descriptions of the fields in `product-call.ts`. The bundle of the check leaves them out. */
const TYPE_MEANS = 'The kind of `instance_identifier`; it is part of the identity of the instance';

export const credentialTexts = {
  license_key:
    'The license key as the customer pasted it. Blanks, line breaks, dashes of any kind, quotes and invisible ' +
    'characters are ignored. It can also be sent in the header `X-License-Key` or in the query',
  product: 'The slug or id of the product. It is optional while the key carries one license',
  brand: 'The slug of the brand. Only imported keys without the brand’s prefix need it',
} as const;

export const provableTexts = {
  proof: 'Asks for a `proof` of the answer: `1` or `true`',
  nonce: 'Asks for a `proof` that repeats this text, so that an earlier one cannot pass for it',
} as const;

const instance_identifier =
  'The URL of the site, a hostname or a machine id. User info, query and fragment of a URL are neither stored nor ' +
  'compared';
export const instanceTexts = { instance_identifier, instance_type: TYPE_MEANS } as const;
export const anyInstanceTexts = {
  instance_identifier,
  instance_type: `${TYPE_MEANS}. The default is \`url\`, and it must not be sent without \`instance_identifier\``,
} as const;

export const heldActivation =
  'The id of the activation that the site holds. While that seat is another instance’s, the answer says so in ' +
  '`copy_of`: the site is probably a copy';
