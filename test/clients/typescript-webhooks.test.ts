import { describe, expect, test } from '@jest/globals';
import { webhooks } from '../../clients/typescript/src/index.ts';
import { signMessage } from '../support/webhooks/sign-message.ts';

const secretOf = (text: string): string => `whsec_${Buffer.from(text).toString('base64')}`;
const SECRET = secretOf('the secret of an endpoint');
const message = signMessage(SECRET, { id: 'msg-1', type: 'license.renewed' });
const refused = { name: 'WebhookRefused' };

describe('webhooks.verify', () => {
  test('takes the example of docs/webhooks.md', async () => {
    const body =
      '{"id":"01938c5c-3f30-7a1b-8d2c-4e5f60718b02","type":"license.renewed","timestamp":"2026-11-23T10:15:00Z",' +
      '"version":"2026-11-25","brand":{"slug":"wp-rocket"},"seq":7,"data":{}}';
    const headers = {
      'Webhook-Id': '01938c5c-3f30-7a1b-8d2c-4e5f60718b02',
      'Webhook-Timestamp': '1795428901',
      'Webhook-Signature': 'v1,5zA45h4+JjNuBNBcbHJwlVr4qGn21QXy8ZgoncJPfFk=',
    };
    const secret = 'whsec_bGljZW5zZS1zZXJ2aWNlLWV4YW1wbGUtc2VjcmV0ISE=';
    const now = 1_795_428_901_000;
    expect(await webhooks.verify(body, headers, secret, { now })).toMatchObject({ type: 'license.renewed', seq: 7 });
  });

  test('takes bytes and any form of headers, by one of several secrets', async () => {
    const secrets = [secretOf('an old one'), SECRET];
    const bytes = new TextEncoder().encode(message.body);
    expect(await webhooks.verify(bytes, new Headers(message.headers), secrets)).toMatchObject({ id: 'msg-1' });
    const two = { ...message.headers, 'webhook-signature': `v1,AAAA v2,x ${message.headers['webhook-signature']}` };
    expect(await webhooks.verify(message.body, two, SECRET)).toMatchObject({ id: 'msg-1' });
  });

  test.each<[string, Record<string, string>]>([
    ['no id', { 'webhook-id': '' }],
    ['another id', { 'webhook-id': 'msg-2' }],
    ['no timestamp', { 'webhook-timestamp': '' }],
    ['a timestamp that is no number', { 'webhook-timestamp': 'now' }],
    ['another timestamp', { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 2) }],
    ['no signature', { 'webhook-signature': '' }],
    ['a signature that is no base64', { 'webhook-signature': 'v1,***' }],
    [
      'a signature of another version',
      { 'webhook-signature': message.headers['webhook-signature']?.replace('v1', 'v0') ?? '' },
    ],
  ])('refuses a message with %s', async (_, headers) => {
    await expect(webhooks.verify(message.body, { ...message.headers, ...headers }, SECRET)).rejects.toMatchObject(
      refused,
    );
  });

  test('refuses an altered body, another secret, and what is older than five minutes', async () => {
    await expect(webhooks.verify(`${message.body} `, message.headers, SECRET)).rejects.toMatchObject(refused);
    await expect(webhooks.verify(message.body, message.headers, secretOf('another'))).rejects.toMatchObject(refused);
    const old = signMessage(SECRET, { id: 'msg-3', type: 'license.renewed' }, new Date(Date.now() - 301_000));
    await expect(webhooks.verify(old.body, old.headers, SECRET)).rejects.toMatchObject(refused);
  });

  test('says so when a secret is none', async () => {
    await expect(webhooks.verify(message.body, message.headers, 'whsec_')).rejects.toThrow('A webhook secret is');
  });
});
