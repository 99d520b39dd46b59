import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { LicenseLinks } from './shown-links.ts';
import { answeredTime } from './product-answer.ts';

/** The fields that `http/site-binding.ts` adds to every answer of a route that is `fresh`. */
export const complement = {
  next_check_at: describe(answeredTime, 'The time at which a well-behaved client asks again'),
  stale_ok_until: describe(
    z.nullable(answeredTime),
    'The time until which a client may rely on this answer when it cannot reach the service; null where the answer ' +
      'is no',
  ),
  grace_until: describe(
    z.nullable(answeredTime),
    'The end of the grace period, if the license has an expiry and a grace period',
  ),
  detail: describe(
    z.nullable(z.string()),
    'A text for the owner of the site, in whole sentences: what is so, and what to do. Null when `code` is `valid`, ' +
      'but for a copy of another site',
  ),
  links: LicenseLinks,
  proof: describe(
    z.optional(z.nullable(z.string())),
    'With `proof` or `nonce`: the signed answer, a compact JWS. Null when no key can be had, as the header ' +
      '`License-Proof` says, and for several licenses of which none was named: each of them has its own',
  ),
};
