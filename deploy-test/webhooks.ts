import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import type { Api } from './api.ts';
import type { Received, Receiver } from './receiver.ts';

export type Endpoint = { id: string; secret: string };
const Endpoint = z.object({ id: z.string(), secret: z.string() });
const Message = z.object({
  type: z.string(),
  seq: z.number().nullable(),
  data: z.looseObject({ entity: z.object({ id: z.string() }).optional() }),
});

const DELIVERED_WITHIN_MS = 60_000;
const ENDPOINTS = '/api/v1/brand/webhook-endpoints';

/**
 * Creates a webhook endpoint and tests it: the deployed function sends a signed message after the usual checks of the
 * receiver's address.
 */
export async function subscribe(api: Api, apiKey: string, receiver: Receiver): Promise<Endpoint> {
  const endpoint = Endpoint.parse(
    await api.expect(201, 'POST', ENDPOINTS, {
      apiKey,
      json: { url: receiver.url, event_types: ['license.*', 'seat.*'] },
    }),
  );
  const { outcome } = await api.expect(200, 'POST', `${ENDPOINTS}/${endpoint.id}/test`, { apiKey });
  assert.equal(outcome, 'delivered', `the test message was not delivered: ${String(outcome)}`);
  await receiver.receive(
    'the test message',
    DELIVERED_WITHIN_MS,
    (received) => messageIn(endpoint, received).type === 'webhook.test',
  );
  const here = await api.call('POST', ENDPOINTS, {
    apiKey,
    json: { url: 'https://127.0.0.1/webhooks', event_types: ['*'] },
  });
  assert.equal(here.status, 400, 'a deployed stage accepts an endpoint on loopback');
  return endpoint;
}

/** Waits until every change of the license is delivered, signed and in order. Returns the event types. */
export async function followWebhooks(
  receiver: Receiver,
  endpoint: Endpoint,
  license: { licenseId: string; changes: number },
): Promise<string[]> {
  const ofLicense = (received: Received) => {
    const message = messageIn(endpoint, received);
    return message.data.entity?.id === license.licenseId ? message : undefined;
  };
  await receiver.receive(
    'the last change of the license',
    DELIVERED_WITHIN_MS,
    (received) => ofLicense(received)?.seq === license.changes,
  );
  const messages = receiver.received.flatMap((received) => ofLicense(received) ?? []);
  assert.deepEqual(
    [...new Set(messages.map(({ seq }) => seq))],
    Array.from({ length: license.changes }, (_, index) => index + 1),
    'messages of the license are missing or out of order',
  );
  return messages.map(({ type }) => type);
}

/** Reads a message with the package that receivers use. Throws for an invalid signature. */
function messageIn({ secret }: Endpoint, { body, headers }: Received) {
  return Message.parse(new Webhook(secret).verify(body, headers));
}
