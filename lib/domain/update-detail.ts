import type { VerdictCode } from './verdict.ts';

/** The result of a site's question for an update: the verdict on its license, or that there is nothing for it. */
export const UPDATE_CODES = ['no_release', 'no_license'] as const;
export type UpdateCode = VerdictCode | (typeof UPDATE_CODES)[number];

/** Sentences for the owner of a site. A valid license needs none. */
const DETAILS: Readonly<Record<Exclude<UpdateCode, 'valid'>, string>> = {
  no_release: 'There is no version of this product that fits this site yet.',
  no_license: 'Enter a license key to get updates.',
  valid_in_grace: 'This license has expired and still works for a while. Renew it to keep getting updates.',
  valid_maintained: 'This license has expired. It gets versions from before its expiry. Renew it to get newer ones.',
  not_activated: 'This license is not active on this site. Activate it to get updates.',
  expired: 'This license has expired. Renew it to get updates.',
  suspended: 'This license is suspended. Ask the shop that sold it.',
  cancelled: 'This license is cancelled. Ask the shop that sold it, or buy a new one.',
  product_not_on_key: 'This license key is not for this product. Use a license key for it.',
};

export const describeUpdate = (code: UpdateCode): string | null => (code === 'valid' ? null : DETAILS[code]);
