/** Values that OpenAPI shows. A test checks them against their schemas. */
export const LICENSE_ID = '01938c5b-11aa-7b3c-8d4e-2f60718293a4';
export const BRAND_ID = '01938c50-0001-7a2b-9c3d-4e5f60718293';
export const RELEASE_ID = '01938c61-4000-7b3c-9d4e-5f6071829a11';
const PRODUCT_ID = '01938c5a-7e1b-7c2d-9f00-5a1fd0c3b2e4';
const CUSTOMER_ID = '01938c5b-0fff-7e6d-8c5b-4a3928170605';
const KEY_VIEW = {
  id: '01938c5b-1000-7f0e-9d1c-2b3a49586776',
  key: 'WPR-7K2M-9QXT-4HVD-B3N1',
  customer_email: 'customer@example.com',
};

export const provisionRequest = {
  customer_email: 'customer@example.com',
  products: ['wp-rocket', { product: 'imagify', max_seats: 1 }],
  expiration_date: '2027-12-31T23:59:59Z',
  max_seats: 5,
  external_id: 'order-1001',
  metadata: { plan: 'plus' },
};

export const provisioned = {
  license_key: { ...KEY_VIEW, created_at: '2026-11-23T10:00:00Z' },
  licenses: [
    {
      id: LICENSE_ID,
      product_id: PRODUCT_ID,
      product_slug: 'wp-rocket',
      product_name: 'WP Rocket',
      status: 'valid',
      seat_limit: 5,
      seats_used: 0,
      seats_remaining: 5,
      expires_at: '2027-12-31T23:59:59Z',
      starts_on_activation: null,
      created_at: '2026-11-23T10:00:00Z',
    },
  ],
};

export const license = {
  id: LICENSE_ID,
  license_key: KEY_VIEW,
  customer_id: CUSTOMER_ID,
  product: { id: PRODUCT_ID, slug: 'wp-rocket', name: 'WP Rocket' },
  brand: { slug: 'wp-rocket' },
  status: 'valid',
  seat_limit: 5,
  seats_used: 2,
  seats_remaining: 3,
  expires_at: '2027-12-31T23:59:59Z',
  starts_on_activation: null,
  duration: null,
  policy: {},
  metadata: { plan: 'plus' },
  external_id: 'order-1001',
  created_at: '2026-11-23T10:00:00Z',
  updated_at: '2026-11-23T10:15:00Z',
};

export const customer = {
  id: CUSTOMER_ID,
  email: 'customer@example.com',
  created_at: '2026-11-23T10:00:00Z',
  updated_at: '2026-11-23T10:00:00Z',
  erased_at: null,
};

export const customerKey = { id: KEY_VIEW.id, key: KEY_VIEW.key, created_at: '2026-11-23T10:00:00Z' };

export const activation = {
  id: '01938c5c-3f2e-7d10-9a0b-6c7d8e9fa0b1',
  instance_identifier: 'https://shop.example.com',
  instance_type: 'url',
  status: 'active',
  takes_seat: true,
  activated_at: '2026-11-23T10:15:00Z',
  deactivated_at: null,
  last_checked_at: '2026-11-23T10:20:00Z',
  metadata: {},
};

export const refusedCall = {
  code: 'seat_limit_reached',
  instance_identifier: 'https://staging.example.com',
  instance_type: 'url',
  occurred_at: '2026-11-23T10:18:00Z',
};

export const event = {
  id: '01938c5c-3f30-7a1b-8c2d-3e4f5a6b7c8d',
  seq: 2,
  type: 'license.activated',
  occurred_at: '2026-11-23T10:15:00Z',
  actor: { type: 'license_key', id: KEY_VIEW.id },
  request_id: 'f1d0c3b2-e4a5-4b6c-8d7e-9f0011223344',
  reason: null,
  before: { seats_used: 0 },
  after: {
    seats_used: 1,
    activation: {
      id: activation.id,
      instance_identifier: activation.instance_identifier,
      instance_type: 'url',
      status: 'active',
      takes_seat: true,
      metadata: {},
    },
  },
};

export const brand = {
  id: BRAND_ID,
  name: 'WP Rocket',
  slug: 'wp-rocket',
  key_prefix: 'WPR',
  status: 'active',
  settings: {},
  created_at: '2026-11-23T09:00:00Z',
  updated_at: '2026-11-23T09:00:00Z',
};

export const product = {
  id: PRODUCT_ID,
  name: 'WP Rocket',
  slug: 'wp-rocket',
  policy: { seat_limit: 1, duration: 'P1Y' },
  links: {
    renew_url: 'https://shop.example.com/renew/{license_id}',
    upgrade_url: null,
    manage_url: 'https://shop.example.com/account/licenses/{license_id}',
    support_url: 'https://shop.example.com/support?product={product}',
  },
  wordpress: { type: 'plugin', folder: 'wp-rocket', file: 'wp-rocket.php' },
  homepage: 'https://wp-rocket.example.com',
  author: 'WP Rocket',
  icons: { '1x': 'https://wp-rocket.example.com/icon-128.png' },
  banners: {},
  edd_item_id: 85,
  edd_item_name: null,
  created_at: '2026-11-23T09:01:00Z',
  updated_at: '2026-11-23T09:01:00Z',
};

export const bundle = {
  id: '01938c5a-8001-7c2d-9f00-aabbccddeeff',
  name: 'Everything',
  slug: 'everything',
  products: [{ id: PRODUCT_ID, slug: 'wp-rocket' }],
  created_at: '2026-11-23T09:02:00Z',
  updated_at: '2026-11-23T09:02:00Z',
};

export const apiKey = {
  id: '01938c51-2222-7b3c-8d4e-5f6071829304',
  name: 'Shop',
  scopes: ['licenses:read', 'licenses:write', 'license_keys:reveal'],
  last_four: 'x7qm',
  expires_at: null,
  allowed_cidrs: [],
  rate_limit_per_minute: null,
  last_used_at: null,
  revoked_at: null,
  created_at: '2026-11-23T09:03:00Z',
};

export const API_KEY_TEXT = 'cls_WPR_0k3m9q7v5t1x8w2r6y4z0a3b5c7d4e6fnbt3x7qm';

export const explanation = {
  verdict: { may_run: true, may_update: true, code: 'valid_in_grace' },
  chain: [
    { rule: 'key', holds: true, because: 'The license key that ends in B3N1 carries this license.' },
    { rule: 'product', holds: true, because: 'The license is for WP Rocket.' },
    { rule: 'status', holds: true, because: 'The license is neither suspended nor cancelled.' },
    { rule: 'expiry', holds: false, because: 'The license expired at 2027-12-31T23:59:59Z.' },
    { rule: 'grace', holds: true, because: 'The grace period ends at 2028-01-14T23:59:59Z.' },
    {
      rule: 'instance',
      holds: true,
      because: 'The license has been active on https://shop.example.com since 2026-11-23T10:15:00Z.',
    },
  ],
};
