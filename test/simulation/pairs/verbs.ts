import type { Call } from '../world/calls.ts';
import { SITE_A, SITE_C, type Things } from '../world/furnish.ts';

/** What two verbs may meet on. */
type Thing = 'license' | 'key' | 'customer' | 'api-key' | 'endpoint' | 'product' | 'brand';

/** A state of the things that a verb needs before it can do anything. */
export type Situation = 'suspended' | 'freed' | 'transferred' | 'paused';

export type Verb = {
  name: string;
  operation: string;
  meets: readonly Thing[];
  needs?: Situation;
  /** It has no single turn: it walks over many items, or its own key is admitted before others change the key. */
  isWalk?: true;
  call: (things: Things) => Call;
};

const licenseOf = ({ licenses: [first] }: Things) => {
  if (first === undefined) throw new Error('nothing was sold');
  return first;
};
const onLicense =
  (body: object = {}) =>
  (things: Things): Call => ({ apiKey: things.apiKey, params: { license_id: licenseOf(things).id }, body });
const onSite =
  (site: string) =>
  (things: Things): Call => {
    const { key, product } = licenseOf(things);
    return { body: { license_key: key, product, instance_identifier: site } };
  };
const onSpare =
  (body: object = {}) =>
  (things: Things): Call => ({ apiKey: things.apiKey, params: { api_key_id: things.spareKeyId }, body });
const onEndpoint =
  (body: object = {}) =>
  (things: Things): Call => ({ apiKey: things.apiKey, params: { endpoint_id: things.endpointId }, body });
const ofSeat =
  (body: object) =>
  (things: Things): Call => ({
    apiKey: things.apiKey,
    params: { license_id: licenseOf(things).id, activation_id: things.activationId },
    body,
  });
const sold =
  (email: string, product: string) =>
  (things: Things): Call => ({
    apiKey: things.apiKey,
    body: { customer_email: email, products: [product], max_seats: 1 },
  });

const SEAT = ['license', 'key'] as const;
const HELD = ['license', 'key', 'customer'] as const;

/** Every writing verb that clients call in their daily work. */
export const verbs: readonly Verb[] = [
  { name: 'activate another site', operation: 'activate_license', meets: SEAT, call: onSite(SITE_C) },
  { name: 'activate a third site', operation: 'activate_license', meets: SEAT, call: onSite('https://d.example.com') },
  { name: 'activate the same site', operation: 'activate_license', meets: SEAT, call: onSite(SITE_A) },
  { name: 'deactivate the site', operation: 'deactivate_license', meets: SEAT, call: onSite(SITE_A) },
  {
    name: 'move the site',
    operation: 'move_license',
    meets: SEAT,
    call: (things) => {
      const { key, product } = licenseOf(things);
      return { body: { license_key: key, product, from_instance: SITE_A, instance_identifier: SITE_C } };
    },
  },
  { name: 'free the seat', operation: 'deactivate_activation', meets: SEAT, call: ofSeat({ reason: 'gone' }) },
  {
    name: 'restore the seat',
    operation: 'restore_activation',
    meets: SEAT,
    needs: 'freed',
    call: ofSeat({ reason: 'by mistake' }),
  },
  { name: 'renew', operation: 'renew_license', meets: HELD, call: onLicense({ extend_by: 'P1Y' }) },
  { name: 'suspend', operation: 'suspend_license', meets: HELD, call: onLicense() },
  { name: 'resume', operation: 'resume_license', meets: HELD, needs: 'suspended', call: onLicense() },
  { name: 'cancel', operation: 'cancel_license', meets: HELD, call: onLicense() },
  { name: 'take seats away', operation: 'update_license', meets: HELD, call: onLicense({ max_seats: 1 }) },
  { name: 'change the product', operation: 'update_license', meets: HELD, call: onLicense({ product: 'pro' }) },
  {
    name: 'give away',
    operation: 'transfer_license',
    meets: HELD,
    call: onLicense({ customer_email: 'bob@example.com', keep_activations: true }),
  },
  {
    name: 'give away without its sites',
    operation: 'transfer_license',
    meets: HELD,
    call: onLicense({ customer_email: 'new@example.com', keep_activations: false }),
  },
  {
    name: 'give back',
    operation: 'transfer_license',
    meets: HELD,
    needs: 'transferred',
    call: onLicense({ customer_email: 'ann@example.com', keep_activations: true }),
  },
  {
    name: 'give the key a new text',
    operation: 'rotate_license_key',
    meets: HELD,
    call: (things) => ({
      apiKey: things.apiKey,
      params: { license_key_id: licenseOf(things).keyId },
      body: { overlap_hours: 0 },
    }),
  },
  {
    name: 'sell more to the customer',
    operation: 'provision_licenses',
    meets: [...HELD, 'product'],
    call: sold('ann@example.com', 'pro'),
  },
  { name: 'sell the same', operation: 'provision_licenses', meets: HELD, call: sold('ann@example.com', 'basic') },
  {
    name: 'sell to a new customer',
    operation: 'provision_licenses',
    meets: ['customer', 'product'],
    call: sold('new@example.com', 'pro'),
  },
  {
    name: 'change the e-mail',
    operation: 'update_customer',
    meets: ['customer'],
    call: (things) => ({
      apiKey: things.apiKey,
      params: { customer_id: licenseOf(things).customerId },
      body: { email: 'new@example.com' },
    }),
  },
  {
    name: 'erase the customer',
    operation: 'erase_customer',
    meets: ['customer', 'license', 'key'],
    isWalk: true,
    call: ({ apiKey }) => ({ apiKey, body: { email: 'ann@example.com' } }),
  },
  {
    name: 'make an API key',
    operation: 'create_api_key',
    meets: ['api-key'],
    call: ({ spareKey: apiKey }) => ({ apiKey, body: { name: 'made' } }),
  },
  { name: 'rotate the API key', operation: 'rotate_api_key', meets: ['api-key'], call: onSpare({ overlap_hours: 0 }) },
  { name: 'revoke the API key', operation: 'revoke_api_key', meets: ['api-key'], call: onSpare() },
  {
    name: 'rotate the API key by itself',
    operation: 'rotate_api_key',
    meets: ['api-key'],
    isWalk: true,
    call: ({ spareKey: apiKey, spareKeyId }) => ({
      apiKey,
      params: { api_key_id: spareKeyId },
      body: { overlap_hours: 24 },
    }),
  },
  {
    name: 'change the endpoint',
    operation: 'update_webhook_endpoint',
    meets: ['endpoint'],
    call: onEndpoint({ description: 'changed' }),
  },
  { name: 'pause the endpoint', operation: 'pause_webhook_endpoint', meets: ['endpoint'], call: onEndpoint() },
  {
    name: 'resume the endpoint',
    operation: 'resume_webhook_endpoint',
    meets: ['endpoint'],
    needs: 'paused',
    call: onEndpoint(),
  },
  { name: 'delete the endpoint', operation: 'delete_webhook_endpoint', meets: ['endpoint'], call: onEndpoint() },
  {
    name: 'give the endpoint a new secret',
    operation: 'rotate_webhook_secret',
    meets: ['endpoint'],
    call: onEndpoint({ overlap_hours: 1 }),
  },
  {
    name: 'make an endpoint with a key that may end',
    operation: 'create_webhook_endpoint',
    meets: ['api-key', 'endpoint'],
    call: ({ spareKey: apiKey }) => ({ apiKey, body: { url: 'http://127.0.0.1:9/other' } }),
  },
  {
    name: 'change what the product allows',
    operation: 'admin_update_product',
    meets: ['product'],
    call: ({ platformKey: apiKey, brandId }) => ({
      apiKey,
      params: { brand_id: brandId, product: 'pro' },
      body: { name: 'Professional' },
    }),
  },
  {
    name: 'make a bundle',
    operation: 'admin_create_bundle',
    meets: ['product', 'brand'],
    call: ({ platformKey: apiKey, brandId }) => ({
      apiKey,
      params: { brand_id: brandId },
      body: { name: 'All', slug: 'all', products: ['basic', 'pro'] },
    }),
  },
  {
    name: 'make a product of that name',
    operation: 'admin_create_product',
    meets: ['product', 'brand'],
    call: ({ platformKey: apiKey, brandId }) => ({
      apiKey,
      params: { brand_id: brandId },
      body: { name: 'All', slug: 'all' },
    }),
  },
  {
    name: 'change the brand',
    operation: 'update_brand',
    meets: ['brand'],
    call: ({ platformKey: apiKey, brandId }) => ({ apiKey, params: { brand_id: brandId }, body: { name: 'Other' } }),
  },
];

/** The calls that bring a situation about. */
export const situations: Record<Situation, { operation: string; call: (things: Things) => Call }> = {
  suspended: { operation: 'suspend_license', call: onLicense() },
  freed: { operation: 'deactivate_license', call: onSite(SITE_A) },
  transferred: {
    operation: 'transfer_license',
    call: onLicense({ customer_email: 'bob@example.com', keep_activations: true }),
  },
  paused: { operation: 'pause_webhook_endpoint', call: onEndpoint() },
};

export type Pair = readonly [Verb, Verb];

/** Each two verbs that can meet on one thing, and each with itself. */
export const pairs: readonly Pair[] = verbs.flatMap((one, i) =>
  verbs
    .slice(i)
    .flatMap((other) => (one.meets.some((thing) => other.meets.includes(thing)) ? [[one, other] as const] : [])),
);
