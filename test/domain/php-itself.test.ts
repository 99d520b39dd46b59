import { describe, expect, test } from '@jest/globals';
import { readPhpParameters } from '../../lib/domain/php-parameters.ts';
import { serializeTexts } from '../../lib/domain/php-serialize.ts';
import { phpVersion, plainOf, reportMissingPhp, runPhp } from '../support/edd/php.ts';
import { fc } from '../support/run/properties.ts';

describe('an array of texts is serialized as by PHP', () => {
  test.each([
    [{}, 'a:0:{}'],
    [{ high: '', low: 'x' }, 'a:2:{s:4:"high";s:0:"";s:3:"low";s:1:"x";}'],
    [{ changelog: '<p>"Grüße"; 日本</p>' }, 'a:1:{s:9:"changelog";s:24:"<p>"Grüße"; 日本</p>";}'],
    [{ '1x': '\ud800' }, 'a:1:{s:2:"1x";s:3:"\ufffd";}'],
  ])('%j', (texts, serialized) => {
    expect(serializeTexts(texts)).toBe(serialized);
  });
});

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const query = fc
  .array(
    fc.tuple(
      fc.stringMatching(/^(?:[a-c5. +[\]]|%5B|%5D|\[\]){0,8}$/),
      fc.stringMatching(/^(?:[a-z0-9+= [\]]|%41|%C3%A9|%zz){0,6}$/),
    ),
    {
      maxLength: 8,
    },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'));

if (phpVersion === undefined) test('PHP is missing here: it has read nothing', reportMissingPhp);
else
  describe(`PHP ${phpVersion}`, () => {
    test('unserializes what was serialized, byte by byte', () => {
      const samples = fc.sample(
        fc.dictionary(
          text.filter((name) => !/^-?\d+$/.test(name)),
          text,
        ),
        500,
      );
      const wellFormed = samples.map((sample) =>
        Object.entries(sample).map(([k, v]) => [k.toWellFormed(), v.toWellFormed()]),
      );
      const serialized = wellFormed.map((pairs) => serializeTexts(Object.fromEntries(pairs) as Record<string, string>));
      const read = runPhp(
        '$out = array_map(function ($s) { $a = unserialize($s, ["allowed_classes" => false]); $p = [];' +
          ' foreach ($a as $k => $v) $p[] = [(string) $k, $v]; return $p; }, $in);',
        serialized,
      ) as [string, string][][];
      expect(read).toEqual(wellFormed.map((pairs) => Object.entries(Object.fromEntries(pairs) as object)));
    });

    test('serializes to the same bytes', () => {
      const samples = fc.sample(fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), text), 300);
      const wellFormed = samples.map((sample) =>
        Object.fromEntries(Object.entries(sample).map(([k, v]) => [k, v.toWellFormed()])),
      );
      const serialized = runPhp('$out = array_map(fn ($a) => serialize($a), $in);', wellFormed) as string[];
      const nonEmpty = wellFormed.flatMap((sample, i) =>
        Object.keys(sample).length > 0 ? [[sample, serialized[i]]] : [],
      );
      for (const [sample, expected] of nonEmpty)
        expect(serializeTexts(sample as Record<string, string>)).toBe(expected);
    });

    test('reads the same parameters from the same query', () => {
      const queries = fc.sample(query, 2000);
      const read = runPhp(
        'function plain($v) { if (!is_array($v)) return mb_check_encoding($v, "UTF-8") ? $v : "?"; $p = [];' +
          ' foreach ($v as $k => $i) $p[] = [(string) $k, plain($i)]; return $p; }' +
          '$out = array_map(function ($q) { parse_str($q, $a); return plain($a); }, $in);',
        queries,
      ) as unknown[];
      for (const [i, sent] of queries.entries())
        expect({ sent, read: plainOf(readPhpParameters(sent, '')) }).toEqual({ sent, read: read[i] });
    });
  });
