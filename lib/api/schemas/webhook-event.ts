import * as z from 'zod';
import { TEST_TYPE } from '../../domain/webhook.ts';
import { id, time } from './fields.ts';
import { Actor, BrandEventEntry, EntityReference, EventName } from './event.ts';
import { BrandReference, expires_at, external_id, licenseStatus, seat_limit, seats_used } from './license.ts';
import { ProductReference } from './product-answer.ts';

const changedFields = z.record(z.string(), z.unknown()).nullable();

const EventLicense = z
  .object({
    id,
    license_key: z.object({ id }).meta({ id: 'LicenseKeyReference', description: 'The key of the license' }),
    customer_id: id,
    product: ProductReference,
    status: licenseStatus,
    seat_limit,
    seats_used,
    expires_at,
    external_id,
    created_at: time,
  })
  .meta({ id: 'EventLicense', description: 'The license after the change' });

const WebhookEventData = z
  .object({
    entity: EntityReference,
    license: EventLicense.optional(),
    before: changedFields.meta({ description: 'The changed fields before the change; null for something new' }),
    after: changedFields.meta({
      description:
        'The changed fields after the change; null for something deleted. A payload above 256 KB has ' +
        '`{"trimmed": true, "see": "…"}` in both, with the path of the API that returns them',
    }),
    reason: BrandEventEntry.shape.reason,
    actor: Actor,
    request_id: BrandEventEntry.shape.request_id,
  })
  .meta({ id: 'WebhookEventData', description: 'The change, and the license after it' });

/** The body of a message to a webhook endpoint. */
export const WebhookEvent = z
  .object({
    id: id.meta({ description: 'The id of the event, which is also the `webhook-id`' }),
    type: EventName,
    timestamp: time.meta({ description: 'The time of the event' }),
    version: z.string().meta({ description: 'The version of the payload that the endpoint was created with' }),
    brand: BrandReference,
    seq: z.number().int().meta({ description: 'Counts the changes of one entity without a gap' }),
    data: WebhookEventData,
  })
  .meta({ id: 'WebhookEvent', description: 'The body of a message to a webhook endpoint' });

const WebhookTestData = z
  .object({
    webhook_endpoint: z
      .object({ id })
      .meta({ id: 'WebhookEndpointReference', description: 'The endpoint that is tested' }),
  })
  .meta({ id: 'WebhookTestData', description: 'The endpoint that is tested' });

/** The body of a test message. It is about no change, so it has neither entity nor number. */
export const WebhookTestMessage = z
  .object({
    id: id.meta({ description: 'The `webhook-id` of the message' }),
    type: z.literal(TEST_TYPE).meta({ description: 'The type of every test message' }),
    timestamp: time.meta({ description: 'The time of the test' }),
    version: z.string().meta({ description: 'The version of the payload that the endpoint was created with' }),
    brand: BrandReference,
    seq: z.number().int().nullable().meta({ description: 'Always null' }),
    data: WebhookTestData,
  })
  .meta({ id: 'WebhookTestMessage', description: 'The body of a test message' });
