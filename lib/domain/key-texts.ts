/**
 * The part of the catalog in `verdict-texts.ts` that the check needs for callers without a license. It is apart so that
 * the check starts without the other texts.
 */
export const keyTexts = {
  license_key_not_found: () => 'There is no such license key. Check it for typing errors.',
  license_key_replaced: () => 'This license key has been replaced by a new one. Use the new license key.',
} as const;
