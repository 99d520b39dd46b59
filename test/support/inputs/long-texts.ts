/** A parser of quadratic cost needs minutes for this length, which exceeds the timeout of a test. */
const LONG = 300_000;

export const LONG_TEXTS: Record<string, string> = {
  blanks: `a${' '.repeat(LONG)}b@c.example`,
  quotes: `a${'"'.repeat(LONG)}b@c.example`,
  'combining marks': `a${'\u0301\u0316'.repeat(LONG / 2)}@c.example`,
  joiners: `a${'\u200d'.repeat(LONG)}`,
  slashes: `https://a.example${'/'.repeat(LONG)}a`,
  dots: `a${'.'.repeat(LONG)}a`,
  'e-mail addresses': 'a@b.'.repeat(LONG / 4),
  'index files': `${'/index.php'.repeat(LONG / 10)}a`,
  'key prefixes': 'WPR-'.repeat(LONG / 4),
  digits: '1'.repeat(LONG),
};
