import { describe, expect, test } from '@jest/globals';
import { readWebhookUrl } from '../../lib/domain/webhook-url.ts';

const deployed = (text: string): string => outcomeOf(readWebhookUrl(text, { isLocal: false }));
const local = (text: string): string => outcomeOf(readWebhookUrl(text, { isLocal: true }));
const outcomeOf = (read: { url: string } | { fault: string }): string => ('url' in read ? read.url : `✗ ${read.fault}`);

describe('an address of the public internet', () => {
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
  ])('%s is taken, in its usual spelling, wherever the service runs', (text, url) => {
    expect(deployed(text)).toBe(url);
    expect(local(text)).toBe(url);
  });
});

describe('what no endpoint may be', () => {
  test.each([
    ['no URL', 'shop.example.com', 'must be a URL'],
    ['empty', '', 'must be a URL'],
    ['a relative one', '/webhooks', 'must be a URL'],
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
    ['a name of a cloud’s own', 'https://metadata.google.internal/', 'public can reach'],
    ['a router’s', 'https://fritz.home.arpa/', 'public can reach'],
    ['an onion', 'https://abc.onion/', 'public can reach'],
    ['a name that is kept for tests', 'https://shop.test/', 'public can reach'],
    ['with the dot of the root', 'https://printer.LOCAL./', 'public can reach'],
    ['an address of a private network', 'https://10.0.0.1/', 'special address'],
    ['a cloud’s metadata', 'https://169.254.169.254/latest', 'special address'],
    ['its IPv6 form', 'https://[fd00:ec2::254]/', 'special address'],
    ['a private one, mapped into IPv6', 'https://[::ffff:10.0.0.1]/', 'special address'],
    ['in hexadecimal', 'https://0xA9FEA9FE/', 'special address'],
    ['as one number', 'https://2852039166/', 'special address'],
    ['in octal', 'https://0251.0376.0251.0376/', 'special address'],
    ['link-local', 'https://[fe80::1]/', 'special address'],
    ['too long once it is encoded', `https://shop.example.com/${'ü'.repeat(400)}`, 'at most 2048 characters'],
  ])('%s is refused, wherever the service runs', (_, text, fault) => {
    expect(deployed(text)).toMatch(/^✗ /);
    expect(deployed(text)).toContain(fault);
    expect(local(text)).toBe(deployed(text));
  });
});

describe('this machine', () => {
  const loopback = ['localhost', 'shop.localhost', '127.0.0.1', '127.8.9.10', '127.1', '[::1]'];
  test.each(loopback)('%s is a place for receivers while the service runs on it, by HTTP and on any port', (host) => {
    for (const text of [`http://${host}:4000/a`, `http://${host}/`, `https://${host}:8443/`])
      expect(local(text)).toMatch(/^https?:\/\//);
    for (const text of [`ftp://${host}/`, `http://user@${host}/`, `http://${host}/#a`])
      expect(local(text)).toMatch(/^✗ /);
  });

  test.each(loopback)('%s is none once it is deployed', (host) => {
    for (const text of [`http://${host}:4000/`, `https://${host}:8443/`, `https://${host}/`])
      expect(deployed(text)).toMatch(/^✗ /);
  });

  test('does not open the local network', () => {
    expect(local('http://192.168.0.10:8080/')).toMatch(/^✗ /);
    expect(local('https://192.168.0.10/')).toMatch(/^✗ /);
    expect(local('http://0.0.0.0:3000/')).toMatch(/^✗ /);
  });
});

test('a fault never repeats what was sent', () => {
  for (const text of [
    'whsec_abcdef',
    'https://user:hunter2@shop.example.com/',
    'https://hunter2.local/',
    'http://hunter2.example.com',
  ])
    expect(deployed(text)).not.toMatch(/hunter2|abcdef/);
});
