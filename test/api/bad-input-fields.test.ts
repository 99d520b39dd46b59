import { describe, expect, test } from '@jest/globals';
import type { Route } from '../../lib/api/route.ts';
import { bodyFields, SAMPLES, withValue } from '../support/inputs/json-fields.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { hasBody, pointersOf, rows, validCall } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const world = useWorld();

const routes = rows(
  (route) => hasBody(route) && route.oauth !== true && route.edd !== true && bodyFields(route).length > 0,
);

/** Control characters are removed from a pasted license key. The reader of rows looks into the file of an import. */
const TAKES_ANY_TEXT = new Set(['metadata', 'license_key', 'file']);

/** Fields whose members have names of the caller's own. */
const isOpenMap = (path: readonly (string | number)[]): boolean =>
  path[0] === 'metadata' || (path.length === 1 && path[0] === 'products');

/** A value that makes the field at this path a fault of its own. */
type Fault = { path: (string | number)[]; pointer: string; value: unknown; message?: string };

/**
 * Sends these faults, many in one body, and expects each of them to be named by an answer, and the table unchanged.
 * Some faults are decided earlier and are named alone; the others are then sent in a further body.
 */
async function expectRefused(route: Route, faults: Fault[]): Promise<void> {
  const before = await fingerprint(world);
  const valid = validCall(route, world);
  for (let left = faults; left.length > 0;) {
    const together = faultsOfOneBody(left);
    const body = together.reduce<unknown>((made, { path, value }) => withValue(made, path, value), valid.body);
    const reply = await world.call(route, { ...valid, body });
    const errors = (reply.body['errors'] ?? []) as { pointer: string; message: string }[];
    const named = together.filter((fault) =>
      errors.some(({ pointer, message }) => pointer === fault.pointer && message === (fault.message ?? message)),
    );
    const answer = { status: reply.status, code: reply.body['code'], named: named.length > 0 };
    expect({ ...answer, body, errors }).toEqual({ status: 400, code: 'bad_request', named: true, body, errors });
    left = left.filter((fault) => !named.includes(fault));
  }
  expect(await fingerprint(world)).toBe(before);
}

/** Picks as many of these faults as fit into one body, none of them within another one's value. */
function faultsOfOneBody(faults: readonly Fault[]): Fault[] {
  const apart = (one: Fault, other: Fault): boolean =>
    one.path.some((name, i) => i < other.path.length && name !== other.path[i]);
  return faults.reduce<Fault[]>(
    (held, fault) => (held.every((other) => apart(fault, other)) ? [...held, fault] : held),
    [],
  );
}

describe('a field of the wrong type', () => {
  test.each(routes)('is refused by %s with the field’s name, and nothing is written', async (_, route) => {
    const wrong = bodyFields(route).flatMap(({ path, pointer, takes }) =>
      Object.entries(SAMPLES)
        .filter(([type]) => !takes.has(type as keyof typeof SAMPLES))
        // PHP encodes an empty object as an empty array.
        .filter(([type]) => type !== 'array' || !takes.has('object'))
        .map(([, value]) => ({ path, pointer, value })),
    );
    expect(wrong.length).toBeGreaterThan(0);
    await expectRefused(route, wrong);
  });
});

describe('a missing required field', () => {
  const withRequired = routes.filter(([, route]) => bodyFields(route).some(({ required }) => required));
  test.each(withRequired)('is named as required by %s, and nothing is written', async (_, route) => {
    const missing = bodyFields(route)
      .filter(({ required }) => required)
      .map(({ path, pointer }) => ({ path, pointer, value: undefined, message: 'is required' }));
    await expectRefused(route, missing);
    const atTheTop = missing.map(({ pointer }) => pointer).filter((pointer) => pointer.lastIndexOf('/') === 0);
    const reply = await world.call(route, { ...validCall(route, world), body: {} });
    expect(pointersOf(reply)).toEqual(expect.arrayContaining(atTheTop));
  });
});

describe('text with a control character or an unpaired surrogate', () => {
  test.each(routes)('is refused by %s with the field’s name, and nothing is written', async (_, route) => {
    const texts = bodyFields(route).filter(
      ({ takes, path }) => takes.has('string') && !TAKES_ANY_TEXT.has(String(path[0])),
    );
    await expectRefused(
      route,
      texts.flatMap(({ path, pointer }) =>
        ['a\u0000b', 'a\u001bb', 'a\u0085b', 'a\ud800b'].map((value) => ({ path, pointer, value })),
      ),
    );
  });
});

describe('an unknown field', () => {
  const UNKNOWN = 'is not known here';
  const strict = routes.filter(([, { auth }]) => auth !== 'license_key');
  /** `__proto__` is refused before a schema is asked. */
  const NAMES = [['__proto__'], ['surprise', 'constructor', 'toString', 'refused', 'a/b~c', '']];

  test.each(strict)('is refused by %s by its name at every level, and nothing is written', async (_, route) => {
    const { body } = validCall(route, world);
    const places = [
      [],
      ...bodyFields(route).flatMap(({ path, takes }) => (takes.has('object') && !isOpenMap(path) ? [path] : [])),
    ];
    const before = await fingerprint(world);
    for (const [path, names] of places.flatMap((place) => NAMES.map((some) => [place, some] as const))) {
      const there = path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], body);
      const within = typeof there === 'object' && there !== null ? there : {};
      const more = Object.fromEntries<unknown>([...Object.entries(within), ...names.map((name) => [name, 1] as const)]);
      const reply = await world.call(route, { ...validCall(route, world), body: withValue(body, path, more) });
      const pointers = names.map((name) =>
        [...path, name].map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      );
      const errors: unknown = expect.arrayContaining(pointers.map((pointer) => ({ pointer, message: UNKNOWN })));
      expect({ path, ...reply }).toMatchObject({ path, status: 400, body: { code: 'bad_request', errors } });
    }
    expect(await fingerprint(world)).toBe(before);
  });

  test.each(routes.filter(([, { auth }]) => auth === 'license_key'))(
    'is ignored by %s, so that a newer plugin works with an older server',
    async (_, route) => {
      const { body, ...call } = validCall(route, world);
      const plain = await world.call(route, { ...call, body });
      const more = Object.fromEntries<unknown>([
        ...Object.entries<unknown>(body ?? {}),
        ...NAMES.flat().map((name): [string, unknown] => [name, { polluted: true }]),
      ]);
      const reply = await world.call(route, { ...call, body: more });
      expect(reply.status).toBeLessThan(300);
      expect(Object.keys(reply.body)).toEqual(Object.keys(plain.body));
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  test.each(rows((route) => !hasBody(route) && (route.auth === 'brand' || route.auth === 'platform')))(
    'is refused by %s in the query',
    async (_, route) => {
      const call = validCall(route, world);
      for (const names of [['__proto__'], ['surprise', 'constructor']]) {
        const query = Object.fromEntries<string>([
          ...Object.entries(call.query ?? {}),
          ...names.map((name) => [name, '1'] as const),
        ]);
        const errors: unknown = expect.arrayContaining(
          names.map((name) => ({ pointer: `?${name}`, message: UNKNOWN })),
        );
        expect(await world.call(route, { ...call, query })).toMatchObject({ status: 400, body: { errors } });
      }
    },
  );
});
