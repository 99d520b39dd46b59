import { expect, test } from '@jest/globals';
import { exampleEvent } from '../../lib/events/examples.ts';
import type { WebhookEndpoint } from '../../lib/table/webhook-endpoints.ts';
import { webhookEndpointView } from '../../lib/views/webhook-endpoint-view.ts';
import { buildMessage } from '../../lib/webhooks/message.ts';
import { signedHeaders } from '../../lib/webhooks/sign.ts';

test('a message that would be too long says where to read what it leaves out', () => {
  const event = exampleEvent('license.provisioned');
  const long = { ...event, after: { metadata: { note: 'x'.repeat(300_000) } } } as unknown as typeof event;
  const { id, body } = buildMessage(long, '2026-06-01');
  expect([id, Buffer.byteLength(body) < 10_000]).toEqual([event.id, true]);
  expect(body).toContain(`/api/v1/brand/licenses/${event.entity.id}/events`);
  expect(buildMessage(event, '2026-06-01').body).not.toContain('"trimmed":true');
});

test.each(['', 'whsec_', 'secret', Buffer.from('key').toString('base64')])('nothing is signed with %j', (secret) => {
  expect(() => signedHeaders({ id: 'm', body: '{}' }, [secret], 0)).toThrow('a webhook secret is not in its form');
});

test.each([
  ['until it ends', '2026-11-01T00:00:01Z', '2026-11-01T00:00:01Z'],
  ['no longer', '2026-11-01T00:00:00Z', null],
  ['never where there is none', null, null],
])('an endpoint shows its earlier secret %s', (_, previous_secret_until, shown) => {
  const endpoint = { id: 'e', previous_secret_until } as WebhookEndpoint;
  const view = webhookEndpointView(endpoint, Date.parse('2026-11-01T00:00:00Z'));
  expect(view.old_secret_valid_until).toBe(shown);
});
