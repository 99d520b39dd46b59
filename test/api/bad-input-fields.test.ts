import { describe, expect, test } from '@jest/globals';
import { bodyFields, SAMPLES, withValue } from '../support/inputs/json-fields.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { hasBody, pointersOf, rows, validCall } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const world = useWorld();

const routes = rows((route) => hasBody(route) && route.oauth !== true);

/** Sends each of these bodies and expects a refusal that leaves the table unchanged. */
async function expectRefused(
  route: (typeof routes)[number][1],
  sent: { body: unknown; pointer: string; message?: unknown }[],
): Promise<void> {
  const before = await fingerprint(world);
  for (const { body, pointer, message = expect.any(String) } of sent) {
    const reply = await world.call(route, { ...validCall(route, world), body });
    const announced = { pointer, status: reply.status, code: reply.body['code'], errors: reply.body['errors'] };
    const errors = expect.arrayContaining([{ pointer, message }]);
    expect({ ...announced, body }).toEqual({ pointer, status: 400, code: 'bad_request', errors, body });
  }
  expect(await fingerprint(world)).toBe(before);
}

describe('a field of the wrong type', () => {
  test.each(routes)('is refused by %s with the field’s name, and nothing is written', async (_, route) => {
    const { body } = validCall(route, world);
    const wrong = bodyFields(route).flatMap(({ path, pointer, takes }) =>
      Object.entries(SAMPLES)
        .filter(([type]) => !takes.has(type as keyof typeof SAMPLES))
        // PHP encodes an empty object as an empty array.
        .filter(([type]) => type !== 'array' || !takes.has('object'))
        .map(([, value]) => ({ body: withValue(body, path, value), pointer })),
    );
    expect(wrong.length).toBeGreaterThan(0);
    await expectRefused(route, wrong);
  });
});

describe('a missing required field', () => {
  const withRequired = routes.filter(([, route]) => bodyFields(route).some(({ required }) => required));
  test.each(withRequired)('is named as required by %s, and nothing is written', async (_, route) => {
    const { body } = validCall(route, world);
    const missing = bodyFields(route)
      .filter(({ required }) => required)
      .map(({ path, pointer }) => ({ body: withValue(body, path, undefined), pointer, message: 'is required' }));
    await expectRefused(route, missing);
    const atTheTop = missing.map(({ pointer }) => pointer).filter((pointer) => pointer.lastIndexOf('/') === 0);
    const reply = await world.call(route, { ...validCall(route, world), body: {} });
    expect(pointersOf(reply)).toEqual(expect.arrayContaining(atTheTop));
  });
});

describe('text with a control character or an unpaired surrogate', () => {
  test.each(routes)('is refused by %s with the field’s name, and nothing is written', async (_, route) => {
    const { body } = validCall(route, world);
    // Control characters are removed from a pasted license key.
    const texts = bodyFields(route).filter(
      ({ takes, path }) => takes.has('string') && path[0] !== 'metadata' && path[0] !== 'license_key',
    );
    await expectRefused(
      route,
      texts.flatMap(({ path, pointer }) =>
        ['a\u0000b', 'a\u001bb', 'a\u0085b', 'a\ud800b'].map((value) => ({
          body: withValue(body, path, value),
          pointer,
        })),
      ),
    );
  });
});

describe('an unknown field', () => {
  const strict = routes.filter(([, { auth }]) => auth !== 'license_key');
  const NAMES = ['surprise', '__proto__', 'constructor', 'toString', 'refused', 'a/b~c', ''];

  test.each(strict)('is refused by %s by its name at every level, and nothing is written', async (_, route) => {
    const { body } = validCall(route, world);
    const places = [
      [],
      ...bodyFields(route).flatMap(({ path, takes }) => (takes.has('object') && path[0] !== 'metadata' ? [path] : [])),
    ];
    const sent = places.flatMap((path) => {
      const there = path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], body);
      const within = typeof there === 'object' && there !== null ? there : {};
      return NAMES.map((name) => ({
        body: withValue(body, path, Object.fromEntries([...Object.entries(within), [name, 1]])),
        pointer: [...path, name].map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
        message: 'is not known here',
      }));
    });
    await expectRefused(route, sent);
  });

  test.each(routes.filter(([, { auth }]) => auth === 'license_key'))(
    'is ignored by %s, so that a newer plugin works with an older server',
    async (_, route) => {
      const { body, ...call } = validCall(route, world);
      const plain = await world.call(route, { ...call, body });
      const more = Object.fromEntries<unknown>([
        ...Object.entries<unknown>(body ?? {}),
        ...NAMES.map((name): [string, unknown] => [name, { polluted: true }]),
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
      for (const name of ['surprise', 'constructor', '__proto__']) {
        const query = Object.fromEntries([...Object.entries(call.query ?? {}), [name, '1']]);
        const reply = await world.call(route, { ...call, query });
        expect(reply).toMatchObject({
          status: 400,
          body: { errors: [{ pointer: `?${name}`, message: 'is not known here' }] },
        });
      }
    },
  );
});
