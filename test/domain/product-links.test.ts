import { describe, expect, test } from '@jest/globals';
import { fillLinks, findLinkFault, NO_LINKS } from '../../lib/domain/product-links.ts';
import { fillRenewalUrl, isRenewalUrl } from '../../lib/domain/renewal-url.ts';

describe('a link', () => {
  test.each([
    'https://shop.example.com/renew/{license_id}?key={license_key_id}&product={product}',
    'http://localhost:3000/renew',
    'https://{product}.example.com/',
  ])('may be %s', (link) => {
    expect(findLinkFault(link)).toBeUndefined();
  });

  test.each([
    ['https://shop.example.com/{email}', /placeholders/],
    ['https://shop.example.com/{license_key}', /placeholders/],
    ['https://shop.example.com/{}', /placeholders/],
    ['https://shop.example.com/{license_id', /placeholders/],
    ['https://shop.example.com/{{license_id}}', /placeholders/],
    ['javascript:alert(1)', /http or https/],
    ['ftp://shop.example.com', /http or https/],
    ['/renew', /http or https/],
    ['https://user:secret@shop.example.com', /user name/],
  ])('may not be %s', (link, fault) => {
    expect(findLinkFault(link)).toMatch(fault);
    expect(findLinkFault(link)).not.toContain('secret');
  });
});

describe('links for a license', () => {
  const links = {
    ...NO_LINKS,
    renew_url: 'https://shop.example/r/{license_id}/{license_key_id}',
    support_url: 'https://shop.example/s?p={product}&again={product}',
  };

  test('have their placeholders filled, percent-encoded', () => {
    expect(fillLinks(links, 'a&b/c', { id: 'x y', license_key_id: 'k' })).toEqual({
      ...NO_LINKS,
      renew_url: 'https://shop.example/r/x%20y/k',
      support_url: 'https://shop.example/s?p=a%26b%2Fc&again=a%26b%2Fc',
    });
  });

  test('are missing where they name a license that is not known', () => {
    expect(fillLinks(links, 'rocket', undefined)).toEqual({
      ...NO_LINKS,
      support_url: 'https://shop.example/s?p=rocket&again=rocket',
    });
  });
});

describe('the renewal page of a brand', () => {
  test('gets the key and the product where its address has a place for them, and keeps any other text', () => {
    const renewal = { license_key: 'WPR-1', item_id: '7' };
    expect(fillRenewalUrl('https://a.example/{item_id}?key={license_key}&{other}', renewal)).toBe(
      'https://a.example/7?key=WPR-1&{other}',
    );
  });

  test.each([
    ['https://a.example/{item_id}', true],
    ['https://a.example/{other}', false],
    ['http://a.example/', false],
    ['https://user@a.example/', false],
    ['a.example', false],
  ])('%s is one: %s', (text, isOne) => {
    expect(isRenewalUrl(text)).toBe(isOne);
  });
});
