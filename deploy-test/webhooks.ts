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
 * A brand's endpoint, tried out: the deployed function sends a signed message through the checks that every receiver's
 * address passes.
 */
export async function subscribe(api: Api, apiKey: string, receiver: Receiver): Promise<Endpoint> {
  const endpoint = Endpoint.parse(
    await api.expect(201, 'POST', ENDPOINTS, {
      apiKey,
      json: { url: receiver.url, event_types: ['license.*', 'seat.*'] },
    }),
  );
  const { outcome } = await api.expect(200, 'POST', `${ENDPOINTS}/${endpoint.id}/test`, { apiKey });
  assert.equal(outcome, 'delivered', `the message that tries the receiver out was not delivered: ${String(outcome)}`);
  await receiver.receive(
    'the message that tries it out',
    DELIVERED_WITHIN_MS,
    (received) => messageIn(endpoint, received).type === 'webhook.test',
  );
  const here = await api.call('POST', ENDPOINTS, {
    apiKey,
    json: { url: 'https://127.0.0.1/webhooks', event_types: ['*'] },
  });
  assert.equal(here.status, 400, 'an endpoint on loopback is taken by a deployed stage');
  return endpoint;
}

/** Every change of the license up to this one is delivered, signed and in order. Returns their types. */
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

/** As the package that receivers use reads it. Throws when the signature does not hold. */
function messageIn({ secret }: Endpoint, { body, headers }: Received) {
  return Message.parse(new Webhook(secret).verify(body, headers));
}
