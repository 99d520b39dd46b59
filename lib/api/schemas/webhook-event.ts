import * as z from 'zod';
import { TEST_TYPE } from '../../domain/webhook.ts';
import { id, time } from './fields.ts';
import { EntityReference, Actor } from './event.ts';
import { BrandReference, licenseStatus } from './license.ts';
import { ProductReference } from './product-answer.ts';

const changedFields = z.record(z.string(), z.unknown()).nullable();

const EventLicense = z
  .object({
    id,
    license_key: z.object({ id }).meta({ id: 'LicenseKeyReference' }),
    customer_id: id,
    product: ProductReference,
    status: licenseStatus,
    seat_limit: z.number().int().nullable(),
    seats_used: z.number().int(),
    expires_at: time.nullable(),
    external_id: z.string().nullable(),
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
    reason: z.string().nullable(),
    actor: Actor,
    request_id: z.string(),
  })
  .meta({ id: 'WebhookEventData' });

/** The body of a message to a webhook endpoint. */
export const WebhookEvent = z
  .object({
    id: id.meta({ description: 'The id of the event, which is also the `webhook-id`' }),
    type: z.string(),
    timestamp: time.meta({ description: 'The time of the event' }),
    version: z.string().meta({ description: 'The version of the payload that the endpoint was created with' }),
    brand: BrandReference,
    seq: z.number().int().meta({ description: 'Counts the changes of one entity without a gap' }),
    data: WebhookEventData,
  })
  .meta({ id: 'WebhookEvent' });

const WebhookTestData = z
  .object({ webhook_endpoint: z.object({ id }).meta({ id: 'WebhookEndpointReference' }) })
  .meta({ id: 'WebhookTestData' });

/** The body of a test message. It is about no change, so it has neither entity nor number. */
export const WebhookTestMessage = z
  .object({
    id: id.meta({ description: 'The `webhook-id` of the message' }),
    type: z.literal(TEST_TYPE),
    timestamp: time.meta({ description: 'The time of the test' }),
    version: z.string().meta({ description: 'The version of the payload that the endpoint was created with' }),
    brand: BrandReference,
    seq: z.number().int().nullable().meta({ description: 'Always null' }),
    data: WebhookTestData,
  })
  .meta({ id: 'WebhookTestMessage' });
