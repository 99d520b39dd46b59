import { describe, expect, test } from '@jest/globals';
import { fillLinks, findLinkFault, NO_LINKS } from '../../lib/domain/product-links.ts';

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
