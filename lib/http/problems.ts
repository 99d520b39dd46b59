import { counted } from '../domain/counted.ts';
import { momentIn } from '../domain/moment-in.ts';
import type { RefusalCode } from '../domain/refusal.ts';
import { commonProblems, type Problem, type Problems } from './common-problems.ts';
import { notForThisRelease, notInThisStatus } from './problem-texts.ts';
import { releaseProblems } from './release-problems.ts';
import { seatProblems } from './seat-problems.ts';

/** The owner of an API key in words. */
const KINDS = { brand: 'a brand', platform: 'the platform team' } as const;

const otherProblems = {
  api_key_missing: {
    status: 401,
    title: 'No API key',
    detail: () => 'This request has no API key. Send one in the header X-API-Key, or as Authorization: Bearer.',
  },
  api_key_invalid: {
    status: 401,
    title: 'API key not valid',
    detail: () => 'This API key or token does not exist or has been revoked. Use another one.',
  },
  api_key_expired: {
    status: 401,
    title: 'API key expired',
    detail: () => 'This API key has expired. Use a new one.',
  },
  token_expired: {
    status: 401,
    title: 'Token expired',
    detail: () => 'This access token has expired. Request a new one.',
  },
  address_not_allowed: {
    status: 403,
    title: 'Address not allowed',
    detail: () => 'This API key cannot be used from your address. Use another address or another key.',
  },
  wrong_kind_of_key: {
    status: 403,
    title: 'Wrong kind of API key',
    detail: ({ required_kind, kind }) =>
      `This operation needs an API key of ${KINDS[required_kind]}. Yours is a key of ${KINDS[kind]}. Use another one.`,
  },
  scope_missing: {
    status: 403,
    title: 'Scope missing',
    detail: (facts) => `This API key does not have the scope ${facts.required_scope}. Use a key that has it.`,
  },
  scope_not_grantable: {
    status: 403,
    title: 'Scope cannot be granted',
    detail: (facts) =>
      `Your API key does not have the scope ${facts.scope}, so it cannot grant it. Use a key that has it.`,
  },
  too_many_failures: {
    status: 429,
    title: 'Too many failures',
    detail: (facts) =>
      'Your address has sent too many API keys or tokens that are not valid. ' +
      `Send a valid one, or try again in ${counted(facts.retry_after_seconds, 'second')}.`,
  },
  brand_suspended: {
    status: 403,
    title: 'Brand suspended',
    detail: () => 'This brand is suspended. Its sites keep running. Ask the platform team to activate the brand.',
  },

  license_not_found: {
    status: 404,
    title: 'License not found',
    detail: () => 'There is no license with this id. Check the id.',
  },
  customer_not_found: {
    status: 404,
    title: 'Customer not found',
    detail: () => 'There is no such customer. Check the e-mail address or the id.',
  },
  api_key_not_found: {
    status: 404,
    title: 'API key not found',
    detail: () => 'There is no API key with this id. Check the id.',
  },
  brand_not_found: {
    status: 404,
    title: 'Brand not found',
    detail: () => 'There is no brand with this id. Check the id.',
  },
  bundle_not_found: {
    status: 404,
    title: 'Bundle not found',
    detail: (facts) => `This brand has no bundle “${facts.bundle}”. Check its slug or id.`,
  },
  webhook_endpoint_not_found: {
    status: 404,
    title: 'Webhook endpoint not found',
    detail: () => 'There is no webhook endpoint with this id. Check the id.',
  },
  delivery_not_found: {
    status: 404,
    title: 'Delivery not found',
    detail: () => 'There is no such delivery. Check the id: deliveries are kept for 30 days.',
  },
  release_not_found: {
    status: 404,
    title: 'Release not found',
    detail: () => 'This product has no release with this id. Check the id.',
  },
  import_not_found: {
    status: 404,
    title: 'Import not found',
    detail: () => 'There is no import with this id. Check the id.',
  },
  export_not_found: {
    status: 404,
    title: 'Export not found',
    detail: () => 'There is no export with this id. Check the id.',
  },
  import_not_in_state: {
    status: 409,
    title: 'Import not in the right state',
    detail: ({ state, action }) =>
      `This import is ${state.replaceAll('_', ' ')}, so the action ${action} is not possible now. Look at its state.`,
  },
  route_not_found: {
    status: 404,
    title: 'Not found',
    detail: () => 'There is nothing at this address. See /api/docs for the addresses of this service.',
  },

  email_taken: {
    status: 409,
    title: 'E-mail taken',
    detail: () => 'Another customer has this e-mail address. Choose another one.',
  },
  customer_erased: {
    status: 409,
    title: 'Customer erased',
    detail: () => 'This customer has been erased and keeps no e-mail address. A new purchase creates a new customer.',
  },
  answer_erased: {
    status: 409,
    title: 'Answer erased',
    detail: () =>
      'The answer to this idempotency key was deleted when its customer was erased. Nothing has been changed. ' +
      'Use a new key for a new request.',
  },
  slug_taken: {
    status: 409,
    title: 'Slug taken',
    detail: (facts) => `The slug “${facts.slug}” is taken. Choose another one.`,
  },
  edd_item_id_taken: {
    status: 409,
    title: 'Item id taken',
    detail: (facts) => `Another product has the item id ${String(facts.edd_item_id)}. Choose another one.`,
  },
  key_prefix_taken: {
    status: 409,
    title: 'Key prefix taken',
    detail: (facts) => `The key prefix ${facts.key_prefix} is taken. Choose another one.`,
  },
  external_id_taken: {
    status: 409,
    title: 'External id taken',
    detail: (facts) => `The number “${facts.external_id}” is already used for another purchase. Use another number.`,
  },
  product_held: {
    status: 409,
    title: 'Customer has this product',
    detail: (facts) => `This customer already has a license for “${facts.product}”. Renew that license instead.`,
  },
  webhook_endpoint_stopped: {
    status: 409,
    title: 'Webhook endpoint stopped',
    detail: (facts) => `This webhook endpoint is ${facts.endpoint_status}. Resume it first.`,
  },
  replay_under_way: {
    status: 409,
    title: 'Replay under way',
    detail: () => 'A replay to this webhook endpoint is still running. Wait until it is done.',
  },
  version_taken: {
    status: 409,
    title: 'Version taken',
    detail: (facts) => `This product already has a release ${facts.version}. Choose another version.`,
  },
  release_status_forbids: {
    status: 409,
    title: 'Not possible in this status',
    detail: notForThisRelease,
  },
  package_not_ready: {
    status: 409,
    title: 'Package not ready',
    detail: ({ package_state }) =>
      package_state === 'waiting'
        ? 'The package of this release has not been uploaded yet. Upload it first.'
        : 'The package of this release is still being checked. Try again in a moment.',
  },
  api_key_revoked: {
    status: 409,
    title: 'API key revoked',
    detail: () => 'This API key has been revoked and cannot get a new text. Create another one.',
  },
  illegal_transition: {
    status: 409,
    title: 'Not possible in this status',
    detail: notInThisStatus,
  },
  not_extendable: {
    status: 409,
    title: 'License for life',
    detail: () => 'This license is for life, so it has no expiry to extend. Set an expiry instead.',
  },

  stale_version: {
    status: 412,
    title: 'Changed meanwhile',
    detail: () =>
      'This license has changed since you read it. Read it again, and send your change again if it still fits.',
  },
  weak_etag: {
    status: 412,
    title: 'Weak ETag',
    detail: () => 'A weak ETag never matches. Send the ETag as the answer gave it, without W/ in front.',
  },

  product_already_on_key: {
    status: 422,
    title: 'Product already on this key',
    detail: (facts) =>
      `This license key already has a license for “${facts.product}”. Use another key, or renew that license.`,
  },
  license_key_of_another_customer: {
    status: 422,
    title: 'License key of another customer',
    detail: () => 'This license key belongs to a customer with another e-mail address. Use a key of this customer.',
  },
  too_many_licenses_on_key: {
    status: 422,
    title: 'Too many licenses on one key',
    detail: (facts) => `A license key can have at most ${counted(facts.maximum, 'license')}. Use a new key.`,
  },
  expiry_in_the_past: {
    status: 422,
    title: 'Expiry in the past',
    detail: (facts) => `The expiry ${momentIn(facts.expiration_date)} is in the past. Choose a later one.`,
  },
  too_many_webhook_endpoints: {
    status: 422,
    title: 'Too many webhook endpoints',
    detail: (facts) => `A brand can have at most ${counted(facts.maximum, 'webhook endpoint')}. Delete one first.`,
  },
  no_duration: {
    status: 422,
    title: 'No duration',
    detail: () => 'Neither the request nor the policy says how long the license lasts. Give an expiry or a duration.',
  },
  too_many_matches: {
    status: 422,
    title: 'Too many matches',
    detail: ({ maximum, key_prefix }) =>
      `More than ${counted(maximum, 'license key')} of the brand ${key_prefix} end like this. ` +
      'Add the e-mail address of the customer.',
  },

  package_refused: {
    status: 422,
    title: 'Package refused',
    detail: ({ errors }) =>
      `The package has ${counted(errors.length, 'error')}: ${errors.map(({ message }) => message).join(' ')}`,
  },

  cursor_invalid: {
    status: 400,
    title: 'Cursor not valid',
    detail: () => 'This cursor does not belong to this list with these filters. Start again without it.',
  },
  grant_type_unsupported: {
    status: 400,
    title: 'Grant type not supported',
    detail: (facts) => `This grant type is not supported. Use ${facts.supported.join(' or ')}.`,
  },
} as const satisfies Problems;

/**
 * The one map from refusals to HTTP. A code without a row does not compile. Functions with fewer problems leave it out.
 */
export const problems: { readonly [C in RefusalCode]: Problem<C> } = Object.assign(
  {},
  commonProblems,
  Object.assign({}, seatProblems, releaseProblems),
  otherProblems,
);
