import type { License } from '../../../lib/domain/license.ts';
import type { Activation } from '../../../lib/domain/seats.ts';

export function sampleLicense(changes: Partial<License> = {}): License {
  return {
    id: '01900000-0000-7000-8000-000000000001',
    license_key_id: '01900000-0000-7000-8000-000000000002',
    key_partition: 'key-partition',
    customer_id: '01900000-0000-7000-8000-000000000003',
    customer_partition: 'customer-partition',
    product: { id: '01900000-0000-7000-8000-000000000004', slug: 'wp-rocket', name: 'WP Rocket' },
    status: 'valid',
    seat_limit: 3,
    seats_used: 0,
    staging_used: 0,
    costly_staging: false,
    recount_at: null,
    seat_set: 0,
    vacated: 0,
    moves: [],
    expires_at: null,
    expiry_day: null,
    duration: null,
    starts_on_activation: null,
    due_at: null,
    announced: null,
    policy: {},
    metadata: {},
    external_id: null,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    seq: 1,
    limit_reached_on: null,
    anchor: 'anchor',
    ...changes,
  };
}

export function sampleActivation(changes: Partial<Activation> = {}): Activation {
  return {
    id: '01900000-0000-7000-8000-000000000005',
    license_id: '01900000-0000-7000-8000-000000000001',
    instance_identifier: 'https://example.com',
    instance_type: 'url',
    kind: 'production',
    masked_identifier: 'ex••.com',
    status: 'active',
    takes_seat: true,
    free_staging: false,
    activated_at: '2026-01-02T00:00:00Z',
    deactivated_at: null,
    last_checked_at: null,
    metadata: {},
    ...changes,
  };
}
