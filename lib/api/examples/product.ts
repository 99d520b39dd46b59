/** Values of the product API that OpenAPI shows. A test checks them against their schemas. */
const PRODUCT = { id: '01938c5a-7e1b-7c2d-9f00-5a1fd0c3b2e4', slug: 'wp-rocket', name: 'WP Rocket' };
const LICENSE_ID = '01938c5b-11aa-7b3c-8d4e-2f60718293a4';
const ACTIVATION_ID = '01938c5c-3f2e-7d10-9a0b-6c7d8e9fa0b1';

export const productCall = {
  license_key: 'WPR-7K2M-9QXT-4HVD-B3N1',
  product: 'wp-rocket',
  instance_identifier: 'https://shop.example.com',
};

const complement = {
  next_check_at: '2026-11-23T19:41:07Z',
  stale_ok_until: '2026-12-07T10:20:00Z',
  grace_until: null,
  detail: null,
  links: {
    renew_url: `https://shop.example.com/renew/${LICENSE_ID}`,
    upgrade_url: null,
    manage_url: `https://shop.example.com/account/licenses/${LICENSE_ID}`,
    support_url: 'https://shop.example.com/support?product=wp-rocket',
  },
};

export const verdict = {
  may_run: true,
  may_update: true,
  is_valid: true,
  is_activated: true,
  code: 'valid',
  license: {
    id: LICENSE_ID,
    product: PRODUCT,
    status: 'valid',
    seat_limit: 5,
    seats_used: 2,
    seats_remaining: 3,
    expires_at: '2027-12-31T23:59:59Z',
    starts_on_activation: null,
  },
  licenses: [],
  activation: { id: ACTIVATION_ID, activated_at: '2026-11-23T10:15:00Z', last_checked_at: '2026-11-23T10:20:00Z' },
  checked_at: '2026-11-23T10:20:00Z',
  ...complement,
};

export const activated = {
  activation_id: ACTIVATION_ID,
  license_id: LICENSE_ID,
  product: PRODUCT,
  status: 'active',
  seats_used: 2,
  seats_remaining: 3,
  activated_at: '2026-11-23T10:15:00Z',
  ...complement,
};

export const seat = {
  activation_id: ACTIVATION_ID,
  instance: 'ex••.com',
  kind: 'production',
  activated_at: '2026-11-23T10:15:00Z',
  last_checked_at: '2026-11-23T10:20:00Z',
} as const;

export const seatList = {
  license_id: LICENSE_ID,
  product: PRODUCT,
  seat_limit: 5,
  seats_used: 1,
  seats_remaining: 4,
  seats: [seat],
};
