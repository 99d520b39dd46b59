import { Webhook } from 'standardwebhooks';

export type SignedMessage = { body: string; headers: Record<string, string> };

/** A message as the service sends it, signed by the public library of the standard. */
export function signMessage(secret: string, content: { id: string; type: string }, at = new Date()): SignedMessage {
  const body = JSON.stringify({ ...content, timestamp: at.toISOString(), seq: 1, data: {} });
  return {
    body,
    headers: {
      'webhook-id': content.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(content.id, at, body),
    },
  };
}
