import type { Entity, LicenseFields } from './catalog.ts';

const LICENSE_ID = '01938c5b-11aa-7b3c-8d4e-2f60718293a4';
export const license: LicenseFields = {
  id: LICENSE_ID,
  license_key_id: '01938c5b-1000-7f0e-9d1c-2b3a49586776',
  customer_id: '01938c5b-0fff-7e6d-8c5b-4a3928170605',
  product: { id: '01938c5a-7e1b-7c2d-9f00-5a1fd0c3b2e4', slug: 'wp-rocket', name: 'WP Rocket' },
  status: 'valid',
  seat_limit: 5,
  seats_used: 0,
  expires_at: '2027-12-31T23:59:59Z',
  duration: null,
  starts_on_activation: null,
  policy: { duration: 'P1Y' },
  metadata: { plan: 'plus' },
  external_id: 'order-1001',
  created_at: '2026-11-23T10:00:00Z',
};
export const activation = {
  id: '01938c5c-3f2e-7d10-9a0b-6c7d8e9fa0b1',
  instance_identifier: 'https://shop.example.com',
  instance_type: 'url',
  takes_seat: true,
  metadata: {},
} as const;
export const endpoint = {
  host: 'shop.example.com',
  description: 'Shop',
  event_types: ['license.*'],
  products: null,
  status: 'active',
} as const;
export const BRAND_ID = '01938c50-0001-7a2b-9c3d-4e5f60718293';
const RELEASE_ID = '01938c61-4000-7b3c-9d4e-5f6071829a11';
export const release = { id: RELEASE_ID, product: { id: license.product.id, slug: 'wp-rocket' }, version: '3.17.1' };
export const BUNDLE_ID = '01938c5a-8001-7c2d-9f00-aabbccddeeff';
export const API_KEY_ID = '01938c51-2222-7b3c-8d4e-5f6071829304';
export const ENDPOINT_ID = '01938c60-3000-7a2b-8c3d-4e5f60718a01';

/** The id in the example of an event about each entity. */
export const IDS: Readonly<Record<Entity, string>> = {
  brand: BRAND_ID,
  product: license.product.id,
  release: RELEASE_ID,
  bundle: BUNDLE_ID,
  api_key: API_KEY_ID,
  license_key: license.license_key_id,
  license: LICENSE_ID,
  customer: license.customer_id,
  webhook_endpoint: ENDPOINT_ID,
  key_set: '01938c61-4000-7a2b-8c3d-4e5f60718a02',
  settings: '01938c61-4000-7a2b-8c3d-4e5f60718b02',
};
