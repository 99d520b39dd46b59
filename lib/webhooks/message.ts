import { TEST_TYPE } from '../domain/webhook.ts';
import { buildPointer, type OutgoingEvent } from '../events/outgoing.ts';

/** An event under the name in its endpoint's subscription. */
export type OutgoingMessage = Omit<OutgoingEvent, 'type'> & { type: string };

/**
 * The body of a message: the same bytes on every attempt while its event and the endpoint's payload version are the
 * same.
 */
export type Message = { id: string; body: string };

/** The size of a body. A larger event says where to read what was left out. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * The body of an event in the endpoint's payload version: `type`, `timestamp` and `data` as in Standard Webhooks, with
 * the fields that show order and repetition.
 */
export function buildMessage(event: OutgoingMessage, payloadVersion: string): Message {
  const whole = bodyOf(event, payloadVersion);
  const fits = Buffer.byteLength(whole) <= MAX_BODY_BYTES;
  return {
    id: event.id,
    body: fits ? whole : bodyOf({ ...event, before: buildPointer(event), after: buildPointer(event) }, payloadVersion),
  };
}

/**
 * The test message, which shows a receiver's owner that messages arrive and signatures are valid. It belongs to no
 * change, so it has neither number nor entity.
 */
export function testMessage(test: {
  id: string;
  brandSlug: string;
  endpointId: string;
  at: string;
  payloadVersion: string;
}): Message {
  const { id, brandSlug, endpointId, at, payloadVersion } = test;
  const data = { webhook_endpoint: { id: endpointId } };
  return {
    id,
    body: JSON.stringify({
      id,
      type: TEST_TYPE,
      timestamp: at,
      version: payloadVersion,
      brand: { slug: brandSlug },
      seq: null,
      data,
    }),
  };
}

function bodyOf({ id, type, occurred_at, brand, seq, ...event }: OutgoingMessage, version: string): string {
  const { entity, actor, request_id, reason, before, after, license } = event;
  const data = { entity, ...(license === undefined ? {} : { license }), before, after, reason, actor, request_id };
  return JSON.stringify({ id, type, timestamp: occurred_at, version, brand, seq, data });
}
