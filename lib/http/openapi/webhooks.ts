import { WebhookEvent, WebhookTestMessage } from '../../api/schemas/webhook-event.ts';
import { PAYLOAD_VERSION, TEST_TYPE } from '../../domain/webhook.ts';
import { catalog, type EventType } from '../../events/catalog.ts';
import { EVENT_TYPES } from '../../events/filters.ts';
import { eventExamples, exampleEvent } from '../../events/examples.ts';
import type { JsonSchema, MediaType, Webhook } from './document.ts';
import { collectSchemas, type SchemaCollector } from './json-schema.ts';

export const WEBHOOK_TAG = {
  name: 'Webhook messages',
  description:
    'The messages that the service posts to webhook endpoints, as in Standard Webhooks. The header `webhook-id` is ' +
    'the id of the event, and stays the same on every retry, redelivery and replay. `webhook-timestamp` is the time ' +
    'of the request in seconds since 1970, and `webhook-signature` contains one or more signatures, each as `v1,` ' +
    'and base64.',
};

/** Every message that a webhook endpoint can get, by its type. */
export function describeWebhooks(collector: SchemaCollector): Record<string, { post: Webhook }> {
  const events = EVENT_TYPES.map((type): [string, { post: Webhook }] => [type, { post: eventOf(type, collector) }]);
  return { ...Object.fromEntries(events), [TEST_TYPE]: { post: testMessage(collector) } };
}

function eventOf(type: EventType, { output }: SchemaCollector): Webhook {
  const second =
    type === 'seat.deactivated' ? ' An endpoint that asks for `license.deactivated` gets it under that name.' : '';
  const fields = afterFields(type).map(({ name, type: kind }) => `- \`${name}\`: ${kind}`);
  const after =
    fields.length === 0
      ? '`data.after` is null.'
      : `\`data.after\` has these fields, or those of them that have changed:\n\n${fields.join('\n')}`;
  return message(type, `Sent when ${eventExamples[type].when}.${second}\n\n${after}`, {
    schema: output(WebhookEvent),
    example: exampleMessage(type),
  });
}

/** The fields of an event's `after` with their types in words. */
export function afterFields(type: EventType): { name: string; type: string }[] {
  const { properties = {} } = collectSchemas().output(catalog[type].after);
  return Object.entries(properties).map(([name, schema]) => ({ name, type: typeText(schema as JsonSchema) }));
}

function typeText(schema: JsonSchema): string {
  const { anyOf, const: only, enum: values, format, items, type } = schema;
  if (anyOf !== undefined) return anyOf.map((form) => typeText(form)).join(' or ');
  if (only !== undefined) return JSON.stringify(only);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' or ');
  if (Array.isArray(type)) return type.map((one) => typeText({ ...schema, type: one })).join(' or ');
  if (type === 'array') return `list of ${typeText(items as JsonSchema)}`;
  return type === 'string' && format !== undefined ? format : (type ?? 'any value');
}

/** The example of a type as the body that an endpoint gets. */
function exampleMessage(eventType: EventType): Record<string, unknown> {
  const { id, type, occurred_at: timestamp, brand, seq, ...event } = exampleEvent(eventType);
  const { entity, actor, request_id, reason, before, after, license } = event;
  const data = { entity, ...(license === undefined ? {} : { license }), before, after, reason, actor, request_id };
  return { id, type, timestamp, version: PAYLOAD_VERSION, brand, seq, data };
}

function testMessage({ output }: SchemaCollector): Webhook {
  const { id, timestamp, version, brand } = exampleMessage('webhook_endpoint.created');
  const data = { webhook_endpoint: { id: '01938c60-3000-7a2b-8c3d-4e5f60718a01' } };
  return message(TEST_TYPE, 'Sent by a test of the webhook endpoint. Nothing has changed.', {
    schema: output(WebhookTestMessage),
    example: { id, type: TEST_TYPE, timestamp, version, brand, seq: null, data },
  });
}

function message(type: string, description: string, content: MediaType): Webhook {
  return {
    operationId: `on_${type.replace('.', '_')}`,
    tags: [WEBHOOK_TAG.name],
    summary: type,
    description,
    security: [],
    requestBody: { required: true, content: { 'application/json': content } },
    responses: { '2XX': { description: 'The message has arrived' } },
  };
}
