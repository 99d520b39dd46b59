import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { TEST_TYPE } from '../../domain/webhook.ts';
import { id, time } from './fields.ts';
import { Actor, BrandEventEntry, EntityReference, EventName } from './event.ts';
import { BrandReference, expires_at, external_id, licenseStatus, seat_limit, seats_used } from './license.ts';
import { ProductReference } from './product-answer.ts';

const changedFields = z.nullable(z.record(z.string(), z.unknown()));

const EventLicense = describe(
  z.object({
    id,
    license_key: describe(z.object({ id }), { id: 'LicenseKeyReference', description: 'The key of the license' }),
    customer_id: id,
    product: ProductReference,
    status: licenseStatus,
    seat_limit,
    seats_used,
    expires_at,
    external_id,
    created_at: time,
  }),
  { id: 'EventLicense', description: 'The license after the change' },
);

const WebhookEventData = describe(
  z.object({
    entity: EntityReference,
    license: z.optional(EventLicense),
    before: describe(changedFields, 'The changed fields before the change; null for something new'),
    after: describe(
      changedFields,
      'The changed fields after the change; null for something deleted. A payload above 256 KB has ' +
        '`{"trimmed": true, "see": "…"}` in both, with the path of the API that returns them',
    ),
    reason: BrandEventEntry.shape.reason,
    actor: Actor,
    request_id: BrandEventEntry.shape.request_id,
  }),
  { id: 'WebhookEventData', description: 'The change, and the license after it' },
);

/** The body of a message to a webhook endpoint. */
export const WebhookEvent = describe(
  z.object({
    id: describe(id, 'The id of the event, which is also the `webhook-id`'),
    type: EventName,
    timestamp: describe(time, 'The time of the event'),
    version: describe(z.string(), 'The version of the payload that the endpoint was created with'),
    brand: BrandReference,
    seq: describe(z.int(), 'Counts the changes of one entity without a gap'),
    data: WebhookEventData,
  }),
  { id: 'WebhookEvent', description: 'The body of a message to a webhook endpoint' },
);

const WebhookTestData = describe(
  z.object({
    webhook_endpoint: describe(z.object({ id }), {
      id: 'WebhookEndpointReference',
      description: 'The endpoint that is tested',
    }),
  }),
  { id: 'WebhookTestData', description: 'The endpoint that is tested' },
);

/** The body of a test message. It is about no change, so it has neither entity nor number. */
export const WebhookTestMessage = describe(
  z.object({
    id: describe(id, 'The `webhook-id` of the message'),
    type: describe(z.literal(TEST_TYPE), 'The type of every test message'),
    timestamp: describe(time, 'The time of the test'),
    version: describe(z.string(), 'The version of the payload that the endpoint was created with'),
    brand: BrandReference,
    seq: describe(z.nullable(z.int()), 'Always null'),
    data: WebhookTestData,
  }),
  { id: 'WebhookTestMessage', description: 'The body of a test message' },
);
