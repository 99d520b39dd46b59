import type { Call } from '../world/calls.ts';
import { PREFIX, SITE_A, SITE_C, type Things } from '../world/furnish.ts';
import { catalogVerbs } from './catalog-verbs.ts';
import { importVerbs } from './import-verbs.ts';
import { jobVerbs } from './job-verbs.ts';
import { platformVerbs } from './platform-verbs.ts';
import { releaseVerbs } from './release-verbs.ts';
import { HELD, licenseOf, onEndpoint, onLicense, onReplay, onSite, SEAT, type Verb } from './verb.ts';

/** A seat on a license whose other sites may cost nothing any more. */
const COSTS = [...SEAT, 'seat-costs'] as const;

const onSpare =
  (body: object = {}) =>
  (things: Things): Call => ({ apiKey: things.apiKey, params: { api_key_id: things.spareKeyId }, body });
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

const byEddClient =
  (edd_action: string, url: string) =>
  (things: Things): Call => {
    const { key: license, product: item_name } = licenseOf(things);
    return { params: { brand: 'rocket' }, query: { edd_action, license, item_name, url } };
  };

/** The writing verbs about licenses, customers, API keys and webhook endpoints. */
const daily: readonly Verb[] = [
  { name: 'activate another site', operation: 'activate_license', meets: COSTS, call: onSite(SITE_C) },
  { name: 'activate a third site', operation: 'activate_license', meets: SEAT, call: onSite('https://d.example.com') },
  { name: 'activate the same site', operation: 'activate_license', meets: SEAT, call: onSite(SITE_A) },
  { name: 'deactivate the site', operation: 'deactivate_license', meets: COSTS, call: onSite(SITE_A) },
  {
    name: 'move the site',
    operation: 'move_license',
    meets: SEAT,
    call: (things) => {
      const { key, product } = licenseOf(things);
      return { body: { license_key: key, product, from_instance: SITE_A, instance_identifier: SITE_C } };
    },
  },
  {
    name: 'swap the site',
    operation: 'activate_license',
    meets: SEAT,
    call: (things) => ({
      body: { ...(onSite('https://e.example.com')(things).body as object), replace: things.activationId },
    }),
  },
  {
    name: 'activate by an EDD client',
    operation: 'edd',
    meets: SEAT,
    call: byEddClient('activate_license', SITE_C),
  },
  {
    name: 'deactivate by an EDD client',
    operation: 'edd',
    meets: SEAT,
    call: byEddClient('deactivate_license', SITE_A),
  },
  {
    name: 'free the seat',
    operation: 'deactivate_activation',
    meets: [...SEAT, 'history'],
    call: ofSeat({ reason: 'gone' }),
  },
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
  { name: 'cancel', operation: 'cancel_license', meets: [...HELD, 'seat-costs'], call: onLicense() },
  {
    name: 'take seats away',
    operation: 'update_license',
    meets: [...HELD, 'seat-costs'],
    call: onLicense({ max_seats: 1 }),
  },
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
    name: 'show a person the text of the key',
    job: 'operate',
    meets: ['key'],
    event: (things) => ({ verb: 'reveal_license_key', brand: PREFIX, license_key_id: licenseOf(things).keyId }),
  },
  {
    name: 'erase the customer',
    operation: 'erase_customer',
    meets: ['customer', 'license', 'key', 'history'],
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
    name: 'issue a token for the API key',
    operation: 'issue_token',
    meets: ['api-key'],
    call: ({ spareKeyId: client_id, spareKey: client_secret }) => ({
      rawBody: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
  },
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
  { name: 'send a test message', operation: 'test_webhook_endpoint', meets: ['endpoint'], call: onEndpoint() },
  {
    name: 'replay events to the endpoint',
    operation: 'replay_events',
    meets: ['endpoint'],
    call: onReplay,
  },
  {
    name: 'send a message again',
    operation: 'redeliver_webhook',
    meets: ['endpoint'],
    call: ({ apiKey, endpointId, deliveryId }) => ({
      apiKey,
      params: { endpoint_id: endpointId, delivery_id: deliveryId },
      body: {},
    }),
  },
  {
    name: 'make an endpoint with a key that may end',
    operation: 'create_webhook_endpoint',
    meets: ['api-key', 'endpoint'],
    call: ({ spareKey: apiKey }) => ({ apiKey, body: { url: 'http://127.0.0.1:9/other' } }),
  },
];

/** Every writing verb that two callers may race. */
export const verbs: readonly Verb[] = [
  ...daily,
  ...catalogVerbs,
  ...releaseVerbs,
  ...importVerbs,
  ...platformVerbs,
  ...jobVerbs,
];

export type Pair = readonly [Verb, Verb];

/** Each two verbs that can meet on one thing, and each with itself. */
export const pairs: readonly Pair[] = verbs.flatMap((one, i) =>
  verbs
    .slice(i)
    .flatMap((other) => (one.meets.some((thing) => other.meets.includes(thing)) ? [[one, other] as const] : [])),
);
