import { afterAll, describe, expect, test } from '@jest/globals';
import { pathParameters, type Route } from '../../lib/api/route.ts';
import { startInputReader } from '../support/inputs/input-reader.ts';
import { bodyFields, withValue, type Field } from '../support/inputs/json-fields.ts';
import { LONG_TEXTS } from '../support/inputs/long-texts.ts';
import { byOperation, eventFor, type Call } from '../support/service/service.ts';
import { formOf, hasBody, rows } from '../support/service/world.ts';

/** The size of a body bounds its cost, so inputs whose cost would grow are read repeatedly. */
const TIMES = 20;

const reader = startInputReader();
afterAll(() => reader.end());

/** The file of an import is a text of up to 1 MB, which only the reader of rows looks into. */
const isFile = ({ path }: Field): boolean => path.join('/') === 'file';

/** Of plugin-update-checker, which gets an answer whatever its site sends: the query's texts are cut. */
const isCut = (route: Route, path: Field['path']): boolean =>
  route.operation === 'plugin_update' && !pathParameters(route.path).includes(path.join('/'));

const textFields = (route: Route): Field['path'][] => [
  ...bodyFields(route)
    .filter((field) => field.takes.has('string') && !isFile(field))
    .map(({ path }) => path),
  ...pathParameters(route.path).map((name) => [name]),
];
/** Old updaters get an answer whatever they send: a text that is too long means nothing, or is cut. */
const takesAnything = ({ edd, operation }: Route): boolean => edd === true || operation === 'plugin_update';
const withTexts = rows((route) => !takesAnything(route) && textFields(route).length > 0);

describe('a text of 300,000 characters', () => {
  test.each(withTexts)('is refused, or cut, in every text field of %s', async (operation, route) => {
    for (const path of textFields(route)) {
      const takes = isCut(route, path);
      const expected = Object.keys(LONG_TEXTS).map((what) => [what, takes]);
      expect({ path, taken: await reader.readLong({ operation, path }) }).toEqual({ path, taken: expected });
    }
  });
});

const params = (route: Route): Record<string, string> =>
  Object.fromEntries(pathParameters(route.path).map((name) => [name, String(route.example[name])]));
const bodyOf = (route: Route): Record<string, unknown> =>
  Object.fromEntries(Object.entries(route.example).filter(([name]) => !(name in params(route))));
const read = (route: Route, call: Call, times = 1) =>
  reader.read({
    operation: route.operation,
    event: eventFor(route, { params: params(route), ...call }),
    times,
  });
const members = (count: number, value: unknown): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [i.toString(36), value]));

const withBodies = rows((route) => hasBody(route) && route.oauth !== true && route.edd !== true);

describe('a list or map of thousands of entries', () => {
  test.each(withBodies)('is refused in %s with one fault that names the field', async (_, route) => {
    const places = bodyFields(route).filter(({ takes }) => takes.has('array') || takes.has('object'));
    for (const { path, takes, pointer } of places) {
      const many = takes.has('array') ? Array.from({ length: 40_000 }, () => 'a') : members(20_000, 'a');
      const answer = await read(route, { body: withValue(bodyOf(route), path, many) });
      expect(answer).toEqual({ isTaken: false, faults: [`${pointer} has too many entries`] });
    }
  });
});

describe('tens of thousands of unknown fields', () => {
  test.each(withBodies)('are ignored or reported in at most 50 faults in the body of %s', async (_, route) => {
    const answer = await read(route, { body: { ...members(20_000, 'a'), ...bodyOf(route) } });
    expect(answer.isTaken).toBe(route.auth === 'license_key');
    expect(answer.faults.length).toBeLessThanOrEqual(50);
  });

  const withForms = rows((route) => hasBody(route) && (route.auth === 'license_key' || route.oauth === true));
  test.each(withForms)('are ignored in a form for %s, even if sent twice', async (_, route) => {
    const valid = formOf(route.example);
    const once = Array.from({ length: 40_000 }, (_none, i) => i.toString(36));
    for (const names of [once, [...once.slice(0, 20_000), ...once.slice(0, 20_000)]]) {
      const rawBody = `${valid.rawBody ?? ''}&${names.map((name) => `${name}=1`).join('&')}`;
      const times = route.oauth === true ? TIMES : 1;
      expect(await read(route, { ...valid, rawBody }, times)).toEqual({ isTaken: true, faults: [] });
    }
  });
});

test('a license key as long as a body is refused without a search for it in the metadata', async () => {
  const route = byOperation('activate_license');
  for (const count of [200, 11_000]) {
    const body = { ...route.example, license_key: 'A'.repeat(120_000), metadata: members(count, '1') };
    const answer = await read(route, { body }, TIMES);
    expect(answer).toEqual({
      isTaken: false,
      faults: [count > 1000 ? '/metadata has too many entries' : '/license_key must have at most 255 characters'],
    });
  }
});

test('a token request that repeats a parameter 20,000 times has one fault', async () => {
  const route = byOperation('issue_token');
  const valid = formOf(route.example);
  const rawBody = `${valid.rawBody ?? ''}${'&scope=a'.repeat(20_000)}`;
  const answer = await read(route, { ...valid, rawBody });
  expect(answer).toEqual({ isTaken: false, faults: ['/scope must not be sent twice'] });
});
