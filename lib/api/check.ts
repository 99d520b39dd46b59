import { checkByPostEndpoint, checkEndpoint } from './check-endpoint.ts';
import { productCall, verdict } from './examples/product.ts';
import type { Route } from './route.ts';
import { anyInstanceTexts, credentialTexts, heldActivation, provableTexts } from './schemas/product-call-texts.ts';
import { CheckAnswer } from './schemas/verdict.ts';

const check = {
  function: 'check-license',
  description:
    'Answers 200 with a verdict for every known license key. `may_run` says whether the site may run, and ' +
    '`code` says why. A check never takes a seat, and every change of the license shows in the next check. ' +
    'Without `instance_identifier` the verdict is about the license alone: `may_run`, `is_activated` and ' +
    '`activation` are null, the code is never `not_activated`, and an expired license is `expired` even where ' +
    'its sites keep running.',
  example: productCall,
  fieldTexts: { ...credentialTexts, ...anyInstanceTexts, ...provableTexts, activation_id: heldActivation },
  success: [{ status: 200, description: 'The verdict', body: CheckAnswer, example: verdict }],
  refusals: ['license_key_not_found', 'license_key_replaced', 'rate_limited'],
} as const;

export const checkLicense = { ...checkEndpoint, ...check, summary: 'Check a license' } as const satisfies Route;
export const checkLicenseByPost = {
  ...checkByPostEndpoint,
  ...check,
  summary: 'Check a license by POST',
  description: `The same check, with the license key in the body instead of the URL. ${check.description}`,
} as const satisfies Route;

export const checkRoutes: readonly Route[] = [checkLicense, checkLicenseByPost];
