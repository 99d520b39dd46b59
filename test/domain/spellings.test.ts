import { describe, expect, test } from '@jest/globals';
import { parseInstance } from '../../lib/domain/instance.ts';
import { NO_SITES, SPELLINGS_OF_A_PATH, SPELLINGS_OF_A_SHOP } from '../support/inputs/site-spellings.ts';
import { fc } from '../support/run/properties.ts';

describe('parseInstance for a URL', () => {
  test.each(SPELLINGS_OF_A_SHOP)('normalizes %j to the shop’s host name', (spelling) => {
    expect(parseInstance('url', spelling)?.normalised).toBe('shop.example');
  });

  test.each(SPELLINGS_OF_A_PATH)('normalizes %j to the same host name and path', (spelling) => {
    expect(parseInstance('url', spelling)?.normalised).toBe('shop.example/caf%C3%A9%20noir');
  });

  test.each(NO_SITES)('refuses %j', (spelling) => {
    expect(parseInstance('url', spelling)).toBeUndefined();
  });

  test.each([
    ['https://نامه\u200cای.example', 'xn--mgba3gch31f060k.example'],
    ['https://shop.example/نامه\u200cای', 'shop.example/%D9%86%D8%A7%D9%85%D9%87%E2%80%8C%D8%A7%DB%8C'],
    ['https://shop.example/%E9', 'shop.example/%E9'],
    ['https://shop.example/100%', 'shop.example/100%25'],
    ['https://shop.example/%%34%31', 'shop.example/%2541'],
    ['https://shop.example/a%2fb', 'shop.example/a%2Fb'],
    ['https://shop.example/Index.php', 'shop.example/Index.php'],
    ['https://shop.example/index.php/blog', 'shop.example/index.php/blog'],
  ])('keeps every meaningful character of %s in %s', (spelling, expected) => {
    expect(parseInstance('url', spelling)?.normalised).toBe(expected);
  });

  test.each([
    ['https://user:secret@Shop.example:8080/Blog?token=secret#secret', 'https://Shop.example:8080/Blog'],
    ['http://https://secret@shop.example/?secret', 'https://shop.example/'],
    ['shop.example/a?secret', 'shop.example/a'],
    ['“https:/shop.example”', 'https://shop.example'],
  ])('stores %s as %s', (spelling, kept) => {
    expect(parseInstance('url', spelling)?.identifier).toBe(kept);
  });

  const parts = fc.constantFrom(
    ...['http', 'https', ':', '/', '//', '.', '..', '@', '?', '#', '%', '%25', '%2F', '%2e', '%C3', '%A9', '%CC%81'],
    ...['shop', 'example', 'www.', 'index.php', 'e', '\u0301', 'é', '\u200b', '\u200c', '\u00ad', '\ufeff', '\u00a0'],
    ...[
      '"',
      '“',
      "'",
      '<',
      ' ',
      '\\',
      '！',
      '／',
      '％',
      '?',
      '[',
      ']',
      '1',
      ':0443',
      '\u0646',
      '%E2%80%8B',
      '%20',
      '%22',
    ],
  );
  const spelling = fc.array(parts, { maxLength: 24 }).map((list) => list.join(''));

  test('gives the same site for its stored form, so that every seat is found by its own spelling', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.constantFrom('', 'https://shop.example', 'shop.example/', 'http://a@b.c/'),
        spelling,
        (start, rest) => {
          const first = parseInstance('url', start + rest);
          if (first === undefined) return;
          accepted += 1;
          expect(parseInstance('url', first.identifier)).toEqual(first);
          expect(parseInstance('url', `http://${first.normalised}`)?.normalised).toBe(first.normalised);
        },
      ),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  test('refuses an @ in the path of a host that is one word, also after `www.` or before a dot', () => {
    for (const spelling of ['www/@x', 'www./@x', 'www.／@', 'www.x/@y', 'https://WWW.x./@y'])
      expect({ spelling, parsed: parseInstance('url', spelling) }).toEqual({ spelling, parsed: undefined });
    for (const spelling of ['www.shop.example/@y', 'www.localhost/@y'])
      expect(parseInstance('url', spelling)?.normalised).toBe(spelling.slice('www.'.length));
  });

  test('never stores user info, query or fragment', () => {
    const secret = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.~!$&()*+,;=:%@'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(secret, fc.constantFrom('', '/', '/blog'), (word, path) => {
        const hidden = `SECRET${word.replaceAll('%', '%25')}`;
        for (const text of [
          `https://${hidden}@shop.example${path}`,
          `https://user:${hidden}@shop.example${path}`,
          `https://shop.example${path}?${hidden}`,
          `shop.example${path}#${hidden}`,
        ])
          expect(parseInstance('url', text)?.identifier).toMatch(/^(?:https:\/\/)?shop\.example(?:\/|\/blog)?$/);
      }),
    );
  });
});

describe('parseInstance for a hostname or machine id', () => {
  test('gives the same instance for its stored form', () => {
    const text = fc.array(fc.constantFrom(...'aB1.-_[]: "“\u200b\u200c\u00ad\ufeffé\u0301ｗ。\u00a0@/?#%'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.constantFrom('hostname' as const, 'machine_id' as const), text, (type, characters) => {
        const first = parseInstance(type, characters.join(''));
        expect(first && parseInstance(type, first.identifier)).toEqual(first);
        expect(first && parseInstance(type, first.normalised)?.normalised).toBe(first?.normalised);
      }),
      { numRuns: 1000 },
    );
  });
});
