import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import {
  attacksOn,
  callWith,
  CURSORS,
  isPaged,
  nameOf,
  nobodys,
  otherFilter,
  secondPage,
  SPOILT,
  target,
  valuesOf,
  type Target,
} from '../support/service/attacks.ts';
import { withoutFreshness } from '../support/service/freshness.ts';
import { byOperation, type Call, type Reply } from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { bytesOf, freshCall, furnish, startWorld, type World } from '../support/service/world.ts';

/**
 * Each route with each way to reach another brand's data. The list is made from the route table, so it includes every
 * new route.
 */
const ATTACKS = routes.flatMap((route) =>
  attacksOn(route).map((attack) => ({ route, attack, name: `${route.operation}: ${nameOf(attack)}` })),
);
const of = <K extends (typeof ATTACKS)[number]['attack']['kind']>(...kinds: K[]) =>
  ATTACKS.flatMap(({ route, attack, name }) =>
    kinds.some((kind) => kind === attack.kind)
      ? [[name, route, attack as Extract<typeof attack, { kind: K }>] as const]
      : [],
  );

let ours: Target;
let theirs: Target;
let otherPlatformKey: string;
/** A second page of every list, by operation. */
const pages = new Map<string, { call: Call; cursor: string }>();
beforeAll(async () => {
  const service = await startWorld();
  ours = await target(service, await service.brand(), 'ours');
  theirs = await target(service, await service.brand(), 'theirs');
  const made = await service.call(byOperation('create_platform_key'), {
    apiKey: service.platformKey,
    body: { name: 'another' },
  });
  otherPlatformKey = String(made.body['api_key']);
  for (const route of routes.filter(isPaged)) pages.set(route.operation, await secondPage(route, ours));
}, 60_000);

/** An answer without the requested name and without fields that differ in each call. */
function plain(reply: Reply, sent: unknown): string {
  const words = [sent].flat().map(String);
  const times = /\d{4}-\d\d-\d\dT[\d:]{8}Z/g;
  return words.reduce((text, word) => text.replaceAll(word, '…'), bytesOf(reply)).replaceAll(times, 'time');
}

/** Expects an answer without data of the other brand, except for what the caller sent. */
function expectNothingOfTheirs(reply: Reply, sent: unknown): void {
  const known = [sent].flat().map(String);
  const secret = Object.values(theirs.theirs)
    .flat(2)
    .map(String)
    .filter(
      (value) =>
        value.length > 12 && !known.includes(value) && !Object.values(ours.theirs).flat(2).map(String).includes(value),
    );
  expect(secret.filter((value) => reply.text.includes(value))).toEqual([]);
}

/** Fields whose call creates something. A new brand makes each such call, so that it leaves nothing for the next. */
const MADE = new Set(['email', 'customer_email', 'external_id', 'slug', 'instance_identifier']);
const callerFor = async ({ access }: Route, field: string): Promise<World> =>
  access === 'write' && MADE.has(field) ? { ...ours, ...(await furnish(ours, await ours.brand())) } : ours;

describe('another brand’s entity', () => {
  test.each(of('path', 'field'))('gets the answer of an unknown one in %s', async (_, route, { field }) => {
    const caller = await callerFor(route, field);
    for (const value of valuesOf(field, theirs)) {
      const unknown = nobodys(value);
      const before = route.access === 'read' ? await fingerprint(ours) : '';
      const missing = await callWith(route, caller, field, unknown);
      const foreign = await callWith(route, caller, field, value);
      // A filter by a product that the brand does not have is a bad request, even if another brand has it.
      if (route.operation !== 'list_licenses' || field !== 'product') expect(foreign.text).not.toContain('bad_request');
      expectNothingOfTheirs(foreign, value);
      if (foreign.status < 300 && route.method !== 'GET') expect(foreign.status).toBe(missing.status);
      else expect(plain(foreign, value)).toBe(plain(missing, unknown));
      if (route.access === 'read') expect(await fingerprint(ours)).toBe(before);
    }
  });
});

describe('an invalid cursor', () => {
  /** The answer of each list to a text that is no cursor. */
  const garbage = new Map<string, Reply>();

  test.each(of('cursor'))('is refused in %s', async (_, route, { way }) => {
    const { call, cursor } = pages.get(route.operation) ?? { call: {}, cursor: '' };
    const ask = (text: string, query = call.query): Promise<Reply> =>
      ours.call(route, { ...call, query: { ...query, cursor: text } });
    if (!garbage.has(route.operation)) {
      expect((await ask(cursor)).status).toBe(200);
      garbage.set(route.operation, await ask('garbage'));
    }
    const refusal = garbage.get(route.operation) ?? (await ask('garbage'));
    expect(refusal).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
    const refused: Reply[] = [];
    if (way === 'of another brand') refused.push(await ask((await secondPage(route, theirs)).cursor));
    else if (way === 'of other filters') refused.push(await ask(cursor, otherFilter(route, call)));
    else if (way === 'of other routes') {
      for (const [operation, page] of pages) if (operation !== route.operation) refused.push(await ask(page.cursor));
    } else refused.push(await ask(SPOILT[way]?.(cursor) ?? cursor));
    expect(refused.length).toBeGreaterThan(0);
    for (const reply of refused) expect(bytesOf(reply)).toBe(bytesOf(refusal));
  });

  test('is refused if any one of its characters is changed', async () => {
    const route = byOperation('list_licenses');
    const { call, cursor } = pages.get(route.operation) ?? { call: {}, cursor: '' };
    expect(cursor.length).toBeGreaterThan(100);
    for (const [at, character] of [...cursor].entries()) {
      const text = cursor.slice(0, at) + (character === 'x' ? 'y' : 'x') + cursor.slice(at + 1);
      expect({
        at,
        body: (await ours.call(route, { ...call, query: { ...call.query, cursor: text } })).body,
      }).toMatchObject({
        at,
        body: { code: 'cursor_invalid' },
      });
    }
  });
});

describe('an idempotency key of another caller', () => {
  /** The same request by two callers: of two brands, or of two platform keys. */
  const callsOf = async (route: Route): Promise<[Call, Call]> =>
    route.auth === 'platform'
      ? [await freshCall(route, ours), { ...(await freshCall(route, ours)), apiKey: otherPlatformKey }]
      : [await freshCall(route, theirs), await freshCall(route, ours)];

  test.each(of('idempotency key'))('does not replay the other caller’s answer in %s', async (name, route) => {
    const headers = { 'idempotency-key': `shared-${name.replaceAll(/[^a-z_]/g, '')}` };
    const [theirCall, ourCall] = await callsOf(route);
    const first = await ours.call(route, { ...theirCall, headers });
    expect({ status: first.status, refused: first.status < 300 ? '' : first.text }).toEqual({
      status: first.status,
      refused: '',
    });
    const second = await ours.call(route, { ...ourCall, headers });
    expect({
      refused: second.status < 300 ? '' : second.text,
      replayed: second.headers['idempotent-replayed'],
    }).toEqual({
      refused: '',
      replayed: undefined,
    });
    expectNothingOfTheirs(second, '');
    const again = await ours.call(route, { ...ourCall, headers });
    expect(withoutFreshness(again.text)).toBe(withoutFreshness(second.text));
    expect(again.headers['idempotent-replayed']).toBe('true');
  });
});

const ATTACKED = new Set(ATTACKS.map(({ route }) => route)).size;
test(`${ATTACKS.length} attacks reach every route with a brand’s data (${ATTACKED}), in every way`, () => {
  const attacked = new Set(ATTACKS.map(({ route }) => route.operation));
  const left = routes
    .filter(({ operation, auth }) => !attacked.has(operation) && auth !== 'none')
    .map(({ operation }) => operation);
  // The platform team may call these routes for any brand, and they accept no idempotency key. Analytics name no thing.
  expect(left.sort()).toEqual([
    'get_analytics',
    'get_brand',
    'get_settings',
    'revoke_platform_key',
    'update_brand',
    'update_settings',
  ]);
  expect(ATTACKS.length).toBeGreaterThanOrEqual(250);
  for (const way of CURSORS)
    expect(ATTACKS.filter(({ attack }) => attack.kind === 'cursor' && attack.way === way).length).toBeGreaterThan(2);
});
