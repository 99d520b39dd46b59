import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { attempt, type Attempted, type Sending } from '../../lib/webhooks/attempt.ts';
import { resolveByDns } from '../../lib/webhooks/target.ts';
import { testMessage, type Message } from '../../lib/webhooks/message.ts';
import { ok } from '../support/webhooks/receiver.ts';
import { receivers } from '../support/webhooks/receivers.ts';

const NOW = '2026-05-01T12:00:00Z';
const secret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const message: Message = testMessage({
  id: 'msg-1',
  brandSlug: 'wp-rocket',
  endpointId: 'e',
  at: NOW,
  payloadVersion: '2026-11-25',
});
/** Long enough for a receiver that answers on a busy machine, but too short to wait for one that never does. */
const PATIENT_MS = 15_000;

const { receiver } = receivers();

function send(url: string, more: Partial<Sending> & { secrets?: string[] } = {}): Promise<Attempted> {
  const { secrets = [secret()], ...sending } = more;
  return attempt({ url }, secrets, message, {
    now: () => Date.parse(NOW),
    trigger: 'schedule',
    allowLoopback: true,
    timeoutMs: PATIENT_MS,
    ...sending,
  });
}

describe('a webhook request', () => {
  const deployed = (url: string, addresses: string[] = ['127.0.0.1']) =>
    send(url, { allowLoopback: false, resolve: () => Promise.resolve(addresses) });

  test('is never sent to a private, loopback, link-local or metadata address, by name or by number', async () => {
    const { received, port } = await receiver(ok, { tls: true });
    for (const address of [
      '127.0.0.1',
      '10.0.0.1',
      '169.254.169.254',
      '::1',
      'fe80::1',
      '::ffff:127.0.0.1',
      '64:ff9b::7f00:1',
    ]) {
      expect((await deployed('https://inside.test/', [address])).attempt.outcome).toBe('address_not_allowed');
      expect((await deployed(`https://${address.includes(':') ? `[${address}]` : address}/`)).attempt.outcome).toBe(
        'address_not_allowed',
      );
    }
    expect((await deployed(`https://127.0.0.1:${port}/`)).attempt.outcome).toBe('address_not_allowed');
    expect((await deployed('https://localhost/')).attempt.outcome).toBe('address_not_allowed');
    expect((await deployed('https://0x7f.1/')).attempt.outcome).toBe('address_not_allowed');
    expect((await deployed('https://2130706433/')).attempt.outcome).toBe('address_not_allowed');
    expect(received).toEqual([]);
  });

  test('is not sent to a name with a private address among public ones', async () => {
    expect((await deployed('https://mixed.test/', ['93.184.216.34', '10.0.0.1'])).attempt.outcome).toBe(
      'address_not_allowed',
    );
  });

  test('is sent only by HTTPS on port 443, and refused before the name is resolved otherwise', async () => {
    let asked = 0;
    const resolve = (): Promise<string[]> => {
      asked += 1;
      return Promise.resolve(['93.184.216.34']);
    };
    for (const url of [
      'http://example.com/',
      'https://example.com:8443/',
      'ftp://example.com/',
      'http://example.com:443/',
    ]) {
      expect((await send(url, { allowLoopback: false, resolve })).attempt.outcome).toBe('address_not_allowed');
    }
    expect(asked).toBe(0);
  });

  test('may go to loopback ports by HTTP on the local service, but to no other address by HTTP', async () => {
    const { port, received } = await receiver();
    expect((await send(`http://localhost:${port}/`)).attempt.outcome).toBe('delivered');
    expect(
      (await send(`http://private.test:${port}/`, { resolve: () => Promise.resolve(['10.0.0.1']) })).attempt.outcome,
    ).toBe('address_not_allowed');
    expect(
      (await send(`http://public.test/`, { resolve: () => Promise.resolve(['93.184.216.34']) })).attempt.outcome,
    ).toBe('address_not_allowed');
    expect(received).toHaveLength(1);
  });

  test('goes to the checked address even if the name resolves to another one a moment later', async () => {
    const checked = await receiver();
    const elsewhere = await receiver(ok, { host: '127.0.0.2', port: checked.port });
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    let asked = 0;
    const rebinding = () => Promise.resolve(answers[asked++] ?? []);
    expect((await send(`http://rebinding.test:${checked.port}/`, { resolve: rebinding })).attempt.outcome).toBe(
      'delivered',
    );
    expect({ asked, checked: checked.received.length, elsewhere: elsewhere.received.length }).toEqual({
      asked: 1,
      checked: 1,
      elsewhere: 0,
    });
    expect((await send(`http://rebinding.test:${checked.port}/`, { resolve: rebinding })).attempt.outcome).toBe(
      'delivered',
    );
    expect({ asked, checked: checked.received.length, elsewhere: elsewhere.received.length }).toEqual({
      asked: 2,
      checked: 1,
      elsewhere: 1,
    });
  });
});

describe('the addresses of a name', () => {
  afterEach(() => void jest.restoreAllMocks());
  const resolve = () => resolveByDns('shop.example', new AbortController().signal);

  test('are those of IPv4 before those of IPv6, and either kind alone is enough', async () => {
    const [of4, of6] = [jest.spyOn(Resolver.prototype, 'resolve4'), jest.spyOn(Resolver.prototype, 'resolve6')];
    of4.mockResolvedValue(['192.0.2.1'] as never);
    of6.mockResolvedValue(['2001:db8::1'] as never);
    expect(await resolve()).toEqual(['192.0.2.1', '2001:db8::1']);
    of4.mockRejectedValue(new Error('no data'));
    expect(await resolve()).toEqual(['2001:db8::1']);
  });
});
