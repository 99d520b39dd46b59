import type { LicenseAction, RefusalCode, RefusalFacts } from '../domain/refusal.ts';
import { commonProblems, counted, type Problem, type Problems } from './common-problems.ts';

const PARTICIPLES = {
  renew: 'renewed',
  suspend: 'suspended',
  resume: 'resumed',
  change: 'changed',
  transfer: 'transferred',
} as const satisfies Record<LicenseAction, string>;

const withArticle = (status: string): string => `${/^[aeiou]/.test(status) ? 'An' : 'A'} ${status}`;

function seatsTaken({ seat_limit, seats_used }: RefusalFacts['seat_limit_reached']): string {
  if (seat_limit === 0) return 'This license may not be active on any site. Ask the shop that sold it.';
  if (seats_used > seat_limit)
    return `This license is for ${counted(seat_limit, 'site')} and is active on ${seats_used}. Deactivate it on other sites first.`;
  return seat_limit === 1
    ? 'This license is already active on its only site. Deactivate it there first.'
    : `This license is already active on all of its ${seat_limit} sites. Deactivate it on one of them first.`;
}

/** Whose an API key is, in words. */
const KINDS = { brand: 'a brand', platform: 'the platform team' } as const;

const otherProblems = {
  api_key_missing: {
    status: 401,
    title: 'No API key',
    detail: () => 'Send an API key in the header X-API-Key, or as Authorization: Bearer.',
  },
  api_key_invalid: {
    status: 401,
    title: 'API key not valid',
    detail: () => 'This API key is not known, or has been revoked.',
  },
  api_key_expired: {
    status: 401,
    title: 'API key expired',
    detail: () => 'This API key has expired. Ask for a new one.',
  },
  token_expired: {
    status: 401,
    title: 'Token expired',
    detail: () => 'This access token has expired. Ask for a new one.',
  },
  address_not_allowed: {
    status: 403,
    title: 'Address not allowed',
    detail: () => 'This API key may not be used from your address.',
  },
  wrong_kind_of_key: {
    status: 403,
    title: 'Wrong kind of API key',
    detail: ({ required_kind, kind }) =>
      `This needs an API key of ${KINDS[required_kind]}. Yours is one of ${KINDS[kind]}, which no scope changes.`,
  },
  scope_missing: {
    status: 403,
    title: 'Scope missing',
    detail: (facts) => `This API key does not have the scope ${facts.required_scope}.`,
  },
  scope_not_grantable: {
    status: 403,
    title: 'Scope not yours to give',
    detail: (facts) => `Your API key does not hold the scope ${facts.scope}.`,
  },
  too_many_failures: {
    status: 429,
    title: 'Too many failures',
    detail: ({ retry_after_seconds: seconds }) =>
      `Your address has sent too many API keys or tokens that are not valid. Send a valid one, or try again in ${
        seconds === 1 ? '1 second' : `${String(seconds)} seconds`
      }.`,
  },
  brand_suspended: {
    status: 403,
    title: 'Brand suspended',
    detail: () => 'This brand is suspended. Its sites keep running.',
  },

  license_not_found: { status: 404, title: 'License not found', detail: () => 'There is no license with this id.' },
  activation_not_found: {
    status: 404,
    title: 'Activation not found',
    detail: () => 'This license was never active there.',
  },
  customer_not_found: { status: 404, title: 'Customer not found', detail: () => 'There is no such customer.' },
  api_key_not_found: { status: 404, title: 'API key not found', detail: () => 'There is no API key with this id.' },
  brand_not_found: { status: 404, title: 'Brand not found', detail: () => 'There is no brand with this id.' },
  product_not_found: {
    status: 404,
    title: 'Product not found',
    detail: (facts) => `This brand has no product “${facts.product}”.`,
  },
  bundle_not_found: {
    status: 404,
    title: 'Bundle not found',
    detail: (facts) => `This brand has no bundle “${facts.bundle}”.`,
  },
  webhook_endpoint_not_found: {
    status: 404,
    title: 'Webhook endpoint not found',
    detail: () => 'There is no webhook endpoint with this id.',
  },
  delivery_not_found: {
    status: 404,
    title: 'Delivery not found',
    detail: () => 'There is no such delivery. They are kept for 30 days.',
  },
  route_not_found: { status: 404, title: 'Not found', detail: () => 'There is nothing at this path. See /api/docs.' },

  email_taken: { status: 409, title: 'E-mail taken', detail: () => 'Another customer has this e-mail address.' },
  customer_erased: {
    status: 409,
    title: 'Customer erased',
    detail: () => 'This person has been erased and gets no other e-mail address.',
  },
  answer_erased: {
    status: 409,
    title: 'Answer erased',
    detail: () =>
      'This idempotency key was used for a customer who has been erased since, and its answer with them. ' +
      'Nothing was done. To make a new request, use a new key.',
  },
  slug_taken: { status: 409, title: 'Slug taken', detail: (facts) => `The slug “${facts.slug}” is taken.` },
  key_prefix_taken: {
    status: 409,
    title: 'Key prefix taken',
    detail: (facts) => `The key prefix ${facts.key_prefix} is taken.`,
  },
  external_id_taken: {
    status: 409,
    title: 'External id taken',
    detail: (facts) => `“${facts.external_id}” has been used before; it made the licenses named here.`,
  },
  product_held: {
    status: 409,
    title: 'Product held already',
    detail: (facts) => `This customer has a license for “${facts.product}” already.`,
  },
  webhook_endpoint_stopped: {
    status: 409,
    title: 'Webhook endpoint stopped',
    detail: (facts) => `This endpoint is ${facts.endpoint_status}. Resume it first.`,
  },
  replay_under_way: {
    status: 409,
    title: 'Replay under way',
    detail: () => 'A replay to this endpoint is still running.',
  },
  api_key_revoked: {
    status: 409,
    title: 'API key revoked',
    detail: () => 'A revoked API key gets no new text. Create another.',
  },
  illegal_transition: {
    status: 409,
    title: 'Not possible in this status',
    detail: ({ from, action }) => `${withArticle(from)} license cannot be ${PARTICIPLES[action]}.`,
  },
  not_extendable: {
    status: 409,
    title: 'License for life',
    detail: () => 'This license has no expiry that could be extended.',
  },

  stale_version: {
    status: 412,
    title: 'Changed meanwhile',
    detail: (facts) =>
      `This license has changed since you read it; it is at ${facts.etag} now. Read it again and decide anew.`,
  },
  weak_etag: {
    status: 412,
    title: 'Weak ETag',
    detail: () => 'If-Match never matches a weak ETag (W/"…"). Send the ETag as the answer gave it, without W/.',
  },

  license_expired: {
    status: 422,
    title: 'License expired',
    detail: (facts) => `This license expired at ${facts.expires_at}.`,
  },
  license_suspended: { status: 422, title: 'License suspended', detail: () => 'This license is suspended.' },
  license_cancelled: { status: 422, title: 'License cancelled', detail: () => 'This license is cancelled.' },
  seat_limit_reached: {
    status: 422,
    title: 'Seat limit reached',
    detail: seatsTaken,
  },
  seat_moves_exhausted: {
    status: 422,
    title: 'Seat moved too often',
    detail: ({ seat_moves_per_30_days, next_move_at }) =>
      next_move_at === null
        ? 'This license cannot be moved to another site. Ask the shop that sold it.'
        : `This license can move to another site ${counted(seat_moves_per_30_days, 'time')} in 30 days. The next move is possible from ${next_move_at} on.`,
  },
  product_required: {
    status: 422,
    title: 'Product required',
    detail: (facts) => `This key carries several licenses. Name one of: ${facts.products.join(', ')}.`,
  },
  product_not_on_key: {
    status: 422,
    title: 'Product not on this key',
    detail: ({ products }) =>
      products.length === 0 ? 'This key carries no license now.' : `This key carries: ${products.join(', ')}.`,
  },
  product_already_on_key: {
    status: 422,
    title: 'Product already on this key',
    detail: (facts) => `This key carries a license for “${facts.product}” already.`,
  },
  license_key_of_another_customer: {
    status: 422,
    title: 'License key of another customer',
    detail: () => 'This license key belongs to a customer with another e-mail address.',
  },
  too_many_licenses_on_key: {
    status: 422,
    title: 'Too many licenses on one key',
    detail: (facts) => `A license key carries at most ${counted(facts.maximum, 'license')}.`,
  },
  expiry_in_the_past: {
    status: 422,
    title: 'Expiry in the past',
    detail: (facts) => `${facts.expiration_date} has passed already.`,
  },
  too_many_webhook_endpoints: {
    status: 422,
    title: 'Too many webhook endpoints',
    detail: (facts) => `A brand has at most ${counted(facts.maximum, 'webhook endpoint')}.`,
  },
  no_duration: {
    status: 422,
    title: 'No duration',
    detail: () => 'Neither the request nor the policy says for how long.',
  },
  too_many_matches: {
    status: 422,
    title: 'Too many matches',
    detail: ({ maximum, key_prefix }) =>
      `More than ${String(maximum)} keys of the brand ${key_prefix} end so. Add the customer’s e-mail address.`,
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency key used before',
    detail: () => 'Another request was sent with this idempotency key. Use a new key for a new request.',
  },

  cursor_invalid: {
    status: 400,
    title: 'Cursor not valid',
    detail: () => 'This cursor is not one of this list with these filters. Begin again without it.',
  },
  grant_type_unsupported: {
    status: 400,
    title: 'Grant type not supported',
    detail: (facts) => `The grant_type here is ${facts.supported.join(', ')}.`,
  },
} as const satisfies Problems;

/**
 * The one map from refusals to HTTP. A code without a row does not compile. Marked as pure, so that a bundle which tells only the common ones leaves out the others;
 * esbuild would keep a spread.
 */
export const problems: { readonly [C in RefusalCode]: Problem<C> } = /* @__PURE__ */ Object.assign(
  {},
  commonProblems,
  otherProblems,
);
