import { describe, expect, test } from '@jest/globals';
import { readWebhookUrl, type WebhookUrl } from '../../lib/domain/webhook-url.ts';

const deployed = (text: string): string => outcomeOf(readWebhookUrl(text, { isLocal: false }));
const local = (text: string): string => outcomeOf(readWebhookUrl(text, { isLocal: true }));
const outcomeOf = (read: WebhookUrl): string => (read.kind === 'url' ? read.url : `✗ ${read.fault}`);

describe('a public webhook URL', () => {
  test.each([
    ['https://shop.example.com/webhooks', 'https://shop.example.com/webhooks'],
    ['https://shop.example.com', 'https://shop.example.com/'],
    ['https://shop.example.com:443/a?b=c%20d', 'https://shop.example.com/a?b=c%20d'],
    ['HTTPS://Shop.Example.COM./a', 'https://shop.example.com./a'],
    ['https://bücher.example.com/ü', 'https://xn--bcher-kva.example.com/%C3%BC'],
    ['https://1.1.1.1/hook', 'https://1.1.1.1/hook'],
    ['https://[2606:4700:4700::1111]/hook', 'https://[2606:4700:4700::1111]/hook'],
    ['https://localhost.example.com/', 'https://localhost.example.com/'],
    ['https://mylocal.io/', 'https://mylocal.io/'],
  ])('is accepted on every stage and normalized: %s → %s', (text, url) => {
    expect(deployed(text)).toBe(url);
    expect(local(text)).toBe(url);
  });
});

describe('an unsafe webhook URL', () => {
  test.each([
    ['not a URL', 'shop.example.com', 'must be a URL'],
    ['empty', '', 'must be a URL'],
    ['a relative URL', '/webhooks', 'must be a URL'],
    ['without a host', 'https://', 'must be a URL'],
    ['plain HTTP', 'http://shop.example.com/', 'must begin with https://'],
    ['another scheme', 'ftp://shop.example.com/', 'must begin with https://'],
    ['a file', 'file:///etc/passwd', 'must begin with https://'],
    ['another port', 'https://shop.example.com:8443/', 'other than 443'],
    ['the port of HTTP', 'https://shop.example.com:80/', 'other than 443'],
    ['a user', 'https://user@shop.example.com/', 'user name or password'],
    ['a password', 'https://:secret@shop.example.com/', 'user name or password'],
    ['a fragment', 'https://shop.example.com/#top', 'fragment'],
    ['an empty fragment', 'https://shop.example.com/#', 'fragment'],
    ['a name without a dot', 'https://shop/', 'public can reach'],
    ['a name of the local network', 'https://printer.local/', 'public can reach'],
    ['an internal name of a cloud', 'https://metadata.google.internal/', 'public can reach'],
    ['the name of a router', 'https://fritz.home.arpa/', 'public can reach'],
    ['an onion name', 'https://abc.onion/', 'public can reach'],
    ['a name reserved for tests', 'https://shop.test/', 'public can reach'],
    ['a local name with a trailing dot', 'https://printer.LOCAL./', 'public can reach'],
    ['an address of a private network', 'https://10.0.0.1/', 'special address'],
    ['the metadata address of a cloud', 'https://169.254.169.254/latest', 'special address'],
    ['the IPv6 metadata address of a cloud', 'https://[fd00:ec2::254]/', 'special address'],
    ['a private address mapped into IPv6', 'https://[::ffff:10.0.0.1]/', 'special address'],
    ['a special address in hexadecimal', 'https://0xA9FEA9FE/', 'special address'],
    ['a special address as one number', 'https://2852039166/', 'special address'],
    ['a special address in octal', 'https://0251.0376.0251.0376/', 'special address'],
    ['a link-local address', 'https://[fe80::1]/', 'special address'],
    ['a URL that is too long once encoded', `https://shop.example.com/${'ü'.repeat(400)}`, 'at most 2048 characters'],
  ])('is refused on every stage: %s', (_, text, fault) => {
    expect(deployed(text)).toMatch(/^✗ /);
    expect(deployed(text)).toContain(fault);
    expect(local(text)).toBe(deployed(text));
  });
});

describe('a loopback webhook URL', () => {
  const loopback = ['localhost', 'shop.localhost', '127.0.0.1', '127.8.9.10', '127.1', '[::1]'];
  test.each(loopback)('is accepted by the local service, over HTTP and on any port: %s', (host) => {
    for (const text of [`http://${host}:4000/a`, `http://${host}/`, `https://${host}:8443/`])
      expect(local(text)).toMatch(/^https?:\/\//);
    for (const text of [`ftp://${host}/`, `http://user@${host}/`, `http://${host}/#a`])
      expect(local(text)).toMatch(/^✗ /);
  });

  test.each(loopback)('is refused by the deployed service: %s', (host) => {
    for (const text of [`http://${host}:4000/`, `https://${host}:8443/`, `https://${host}/`])
      expect(deployed(text)).toMatch(/^✗ /);
  });

  test('is no exception for other addresses of the local network', () => {
    expect(local('http://192.168.0.10:8080/')).toMatch(/^✗ /);
    expect(local('https://192.168.0.10/')).toMatch(/^✗ /);
    expect(local('http://0.0.0.0:3000/')).toMatch(/^✗ /);
  });
});

test('the fault of a webhook URL never repeats the URL', () => {
  for (const text of [
    'whsec_abcdef',
    'https://user:hunter2@shop.example.com/',
    'https://hunter2.local/',
    'http://hunter2.example.com',
  ])
    expect(deployed(text)).not.toMatch(/hunter2|abcdef/);
});
