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

/** Its recent response times. */
export const speed = { p95_ms: 180, status_reason: null };

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

const EVENT_ID = '01938c5c-3f30-7a1b-8d2c-4e5f60718b02';

export const delivery = {
  id: EVENT_ID,
  endpoint_id: ENDPOINT_ID,
  event_type: 'license.activated',
  entity: { type: 'license', id: '01938c5b-11aa-7b3c-8d4e-2f60718293a4' },
  seq: 2,
  occurred_at: '2026-11-23T10:15:00Z',
  status: 'delivered',
  next_attempt_at: null,
  attempts: [
    {
      at: '2026-11-23T10:15:01Z',
      trigger: 'schedule',
      outcome: 'timed_out',
      status_code: null,
      latency_ms: 15_002,
      response_body: null,
    },
    {
      at: '2026-11-23T10:15:22Z',
      trigger: 'schedule',
      outcome: 'delivered',
      status_code: 200,
      latency_ms: 84,
      response_body: null,
    },
  ],
  created_at: '2026-11-23T10:15:01Z',
};

export const testOutcome = {
  id: '01938c5d-0102-7b3c-8d4e-5f6071829c03',
  outcome: 'delivered',
  status_code: 200,
  latency_ms: 84,
  response_body: 'ok',
};
