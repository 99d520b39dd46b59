/** Values that OpenAPI shows of webhooks. */
export const ENDPOINT_ID = '01938c60-3000-7a2b-8c3d-4e5f60718a01';
export const SECRET = 'whsec_agRLkLoshl8JznabACqLuskCPqj/RdPNzQur6SsasBk=';

export const endpoint = {
  id: ENDPOINT_ID,
  url: 'https://shop.example.com/webhooks/licenses',
  description: 'Shop',
  event_types: ['license.*'],
  products: null,
  payload_version: '2026-11-25',
  status: 'active',
  disabled_reason: null,
  stopped_at: null,
  old_secret_valid_until: null,
  created_at: '2026-11-23T10:00:00Z',
  updated_at: '2026-11-23T10:00:00Z',
};

export const replay = {
  from: '2026-11-22T00:00:00Z',
  to: '2026-11-22T23:59:59Z',
  event_types: ['license.*'],
  per_minute: 600,
  only_undelivered: false,
  state: 'running',
  sent: 1200,
  requested_at: '2026-11-23T10:30:00Z',
};
