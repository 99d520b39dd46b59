import { expect, test } from '@jest/globals';
import { required } from '../../lib/domain/invariant.ts';
import { readOptions, buildResumeToken, writeTarget } from '../../bin/replay-options.ts';

const GOOD = ['--stage', 'dev', '--brand', 'wp-rocket', '--from', '2026-12-01', '--to', '2026-12-31'];
/** Valid arguments, with one of them changed or, without a value, omitted. */
const but = (name: string, value?: string): string[] => {
  const at = GOOD.indexOf(`--${name}`);
  const without = at < 0 ? GOOD : GOOD.toSpliced(at, 2);
  return value === undefined ? without : [...without, `--${name}`, value];
};

test('a date starts at its first second as --from and ends at its last second as --to', () => {
  expect(readOptions(GOOD)).toEqual({
    target: { kind: 'stage', stage: 'dev' },
    brand: 'wp-rocket',
    from: '2026-12-01T00:00:00Z',
    to: '2026-12-31T23:59:59Z',
    types: [],
    rate: 50,
    dryRun: false,
  });
});

test.each([
  ['neither stage nor local', but('stage'), 'Give one of --stage STAGE and --local'],
  ['both stage and local', [...GOOD, '--local'], 'Give one of --stage STAGE and --local'],
  ['a second region of no stage', [...but('stage'), '--local', '--second-region', 'eu-west-1'], 'needs --stage'],
  ['no brand', but('brand'), '--brand is missing'],
  ['no start', but('from'), '--from is missing'],
  ['no end', but('to'), '--to is missing'],
  ['a time without a zone', but('from', '2026-12-01T00:00:00'), '--from must be a date'],
  ['a date that does not exist', but('to', '2026-02-30'), '--to must be a date'],
  [
    'an end before the start',
    but('to', '2026-11-30'),
    '--from 2026-12-01T00:00:00Z is after --to 2026-11-30T23:59:59Z',
  ],
  ['a type that does not exist', but('type', 'license.renew'), '--type "license.renew" names no event'],
  ['a rate that is not a number', but('rate', 'fast'), '--rate must be a whole number'],
  ['a rate of zero', but('rate', '0'), '--rate must be a whole number'],
  ['an option that does not exist', [...GOOD, '--until', 'now'], "Unknown option '--until'"],
  ['an invalid token', ['--local', '--resume', 'x'], '--resume is not the token of a replay'],
  ['a token and a brand', ['--local', '--resume', 'x', '--brand', 'b'], '--resume already contains brand'],
])('the replay command refuses %s and names the option', (_, args, complaint) => {
  expect(() => readOptions(args)).toThrow(complaint);
  expect(() => readOptions(args)).toThrow(/See npm run replay -- --help$/);
});

test.each([
  ['this machine', ['--local']],
  ['a stage', ['--stage', 'dev']],
  ['a second region', ['--stage', 'dev', '--second-region', 'eu-west-1']],
])('a stopped replay names where it goes on: %s', (_, where) => {
  const asked = required(readOptions([...but('stage'), ...where]), 'the arguments are valid');
  const resumed = readOptions([...where, '--resume', buildResumeToken(asked, asked.from)]);
  expect(writeTarget(asked.target)).toBe(where.join(' '));
  expect(resumed?.target).toEqual(asked.target);
});

test('a token repeats the options of its replay, from the second in which it stopped', () => {
  const asked = readOptions([...GOOD, '--type', 'license.*', '--type', 'seat.deactivated']);
  if (asked === undefined) throw new Error('help was asked for');
  expect(readOptions(['--stage', 'dev', '--resume', buildResumeToken(asked, '2026-12-07T01:02:03Z')])).toEqual({
    ...asked,
    from: '2026-12-07T01:02:03Z',
  });
});

test('--help overrides all other options', () => {
  expect(readOptions(['--help', '--from', 'x'])).toBeUndefined();
});
