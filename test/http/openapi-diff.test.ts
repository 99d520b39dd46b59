import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../../lib/api/routes.ts';
import { compareVersions } from '../../lib/domain/version-compare.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';
import { listBreakingChanges } from './openapi-diff/compare.ts';
import { withoutProse } from './openapi-diff/prose.ts';
import type { Json } from './openapi-diff/schemas.ts';

const TODAY = '2027-01-01';
const released = JSON.parse(readFileSync('docs/openapi-released.json', 'utf8')) as Json;
const now = JSON.parse(JSON.stringify(buildOpenApi(routes))) as Json;

/** A document with one operation, whose request and answer have these schemas. */
function documentWith(request: Json, response: Json, more: Json = {}): Json {
  const content = (schema: Json) => ({ content: { 'application/json': { schema } } });
  const post = {
    operationId: 'make',
    'x-required-scopes': ['things:write'],
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', maxLength: 9 } }],
    requestBody: content(request),
    responses: { 200: content(response) },
    ...more,
  };
  return { paths: { '/things': { post } }, webhooks: {}, components: { schemas: { Size: { enum: ['s', 'm'] } } } };
}
const thing = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', maxLength: 5 },
    count: { type: 'integer' },
    size: { $ref: '#/components/schemas/Size' },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    parts: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } },
  },
};
const changed = (name: string, schema: Json | undefined): Json => {
  const { [name]: _, ...others } = thing.properties as Record<string, Json>;
  return { ...thing, properties: { ...others, ...(schema === undefined ? {} : { [name]: schema }) } };
};
const base = documentWith(thing, thing);
const changesOf = (after: Json): string[] => listBreakingChanges(base, after, TODAY);

describe('a change of the API', () => {
  test('since the last release breaks no caller', () => {
    expect(listBreakingChanges(released, now, TODAY)).toEqual([]);
  });

  test('is in the document of the last release, unless the version is higher', () => {
    const [last, version] = [released, now].map(({ info }) => (info as { version: string }).version);
    const isHigher = compareVersions(version ?? '', last ?? '') > 0;
    // Anything that the released document lacks could be taken away again unseen.
    const unreleased = listBreakingChanges(now, released, '');
    expect({ isHigher, unreleased: isHigher ? [] : unreleased }).toEqual({ isHigher, unreleased: [] });
    expect(isHigher ? withoutProse(now) : released).toEqual(withoutProse(now));
  });

  test('is compared by its structure alone: texts and examples may change', () => {
    expect(listBreakingChanges(withoutProse(now) as Json, now, TODAY)).toEqual([]);
    expect(listBreakingChanges(now, withoutProse(now) as Json, TODAY)).toEqual([]);
  });

  test.each<[string, Json]>([
    ['an optional field of a request', documentWith({ ...thing, ...changed('extra', { type: 'string' }) }, thing)],
    ['a field of an answer', documentWith(thing, changed('extra', { type: 'string' }))],
    ['a longer text in a request', documentWith(changed('name', { type: 'string', maxLength: 6 }), thing)],
    ['a required field of a request becomes optional', documentWith({ ...thing, required: [] }, thing)],
    ['an optional field of an answer is always there', documentWith(thing, { ...thing, required: ['name', 'count'] })],
    ['a number where a request had to be whole', documentWith(changed('count', { type: 'number' }), thing)],
    ['null in a request', documentWith(changed('count', { anyOf: [{ type: 'integer' }, { type: 'null' }] }), thing)],
    ['an answer is never null any more', documentWith(thing, changed('note', { type: 'string' }))],
  ])('breaks no caller if it adds or loosens: %s', (_, after) => {
    expect(changesOf(after)).toEqual([]);
  });

  test.each<[string, Json]>([
    ['request name is gone', documentWith(changed('name', undefined), thing)],
    ['request count is now required', documentWith({ ...thing, required: ['name', 'count'] }, thing)],
    [
      'request name has a tighter maxLength: 5 → 4',
      documentWith(changed('name', { type: 'string', maxLength: 4 }), thing),
    ],
    [
      'request name has a tighter pattern: none → x',
      documentWith(changed('name', { ...thing.properties.name, pattern: 'x' }), thing),
    ],
    ['request size no longer accepts "m"', documentWith(changed('size', { enum: ['s'] }), thing)],
    ['request note no longer accepts "null"', documentWith(changed('note', { type: 'string' }), thing)],
    ['200 response count is gone', documentWith(thing, changed('count', undefined))],
    ['200 response name may now be left out', documentWith(thing, { ...thing, required: [] })],
    ['200 response count was integer and is string', documentWith(thing, changed('count', { type: 'string' }))],
    [
      '200 response count may now be "null"',
      documentWith(thing, changed('count', { anyOf: [{ type: 'integer' }, { type: 'null' }] })),
    ],
    [
      '200 response parts[].id was string and is number',
      documentWith(
        thing,
        changed('parts', { type: 'array', items: { type: 'object', properties: { id: { type: 'number' } } } }),
      ),
    ],
    ['needs the scope things:all', documentWith(thing, thing, { 'x-required-scopes': ['things:write', 'things:all'] })],
    ['the operation is called build, no longer make', documentWith(thing, thing, { operationId: 'build' })],
    ['the parameter id in path is gone', documentWith(thing, thing, { parameters: [] })],
    ['the status 200 is gone', documentWith(thing, thing, { responses: {} })],
  ])('breaks callers: %s', (text, after) => {
    expect(changesOf(after)).toEqual([`POST /things: ${text}`]);
  });

  test('removes a route only after its sunset', () => {
    const empty = { paths: {}, webhooks: {}, components: {} };
    expect(listBreakingChanges(base, empty, TODAY)).toEqual(['POST /things is gone']);
    const ending = documentWith(thing, thing, { 'x-sunset': '2026-12-31' });
    expect(listBreakingChanges(ending, empty, TODAY)).toEqual([]);
    expect(listBreakingChanges(ending, empty, '2026-12-30')).toEqual(['POST /things is gone']);
  });

  test('of a webhook breaks its receivers where a field is gone', () => {
    const webhook = (schema: Json) => ({
      ...base,
      webhooks: { 'thing.made': { post: { requestBody: { content: { 'application/json': { schema } } } } } },
    });
    expect(listBreakingChanges(webhook(thing), webhook(changed('count', undefined)), TODAY)).toEqual([
      'the webhook thing.made: response count is gone',
    ]);
    expect(listBreakingChanges(webhook(thing), base, TODAY)).toEqual(['the webhook thing.made is gone']);
  });
});
