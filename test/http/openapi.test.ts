import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { RefusalCode } from '../../lib/domain/refusal.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';
import type { Operation, Response } from '../../lib/http/openapi/document.ts';
import { pascalCase } from '../../lib/http/openapi/request.ts';
import { problems } from '../../lib/http/problems.ts';
import { COMMON_REFUSALS } from '../../lib/api/common-refusals.ts';
import { pathParameters, listScopes, type Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import { plainSchema } from '../support/inputs/plain-schema.ts';
import { referencesIn } from '../support/inputs/references-in.ts';
import { hasBody } from '../support/service/world.ts';

const document = buildOpenApi(routes, { serverUrl: 'https://licenses.example.com' });
const asJson: unknown = JSON.parse(JSON.stringify(document));
const each = routes.map((route): [string, Route] => [route.operation, route]);

/**
 * The validator is an ES module that reads its schemas from its own folder, so it runs in a separate process rather
 * than within jest.
 */
function validate(candidate: unknown): unknown {
  const program = `
    import { Validator } from '@seriousme/openapi-schema-validator';
    const validator = new Validator();
    const { valid, errors } = await validator.validate(JSON.parse(await new Response(process.stdin).text()));
    console.log(JSON.stringify({ valid, version: validator.version, errors }));`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      input: JSON.stringify(candidate),
      encoding: 'utf8',
    }),
  );
}

function operationOf(route: Route): Operation {
  const operation = document.paths[route.path]?.[route.method.toLowerCase()];
  if (operation === undefined) throw new Error(`${route.operation} is not in the document`);
  return operation;
}

/** The answers of a route, including those of its kind. */
const responsesOf = (route: Route): Record<string, Response> =>
  Object.fromEntries(
    Object.entries(operationOf(route).responses).map(([status, response]) => [
      status,
      '$ref' in response ? (follow(response.$ref) as Response) : response,
    ]),
  );

const parameterNames = (route: Route, place: string): string[] =>
  operationOf(route).parameters.flatMap(({ name, in: where }) => (where === place ? [name] : []));

const bodyFields = (route: Route): string[] => {
  const schema = Object.values(operationOf(route).requestBody?.content ?? {})[0]?.schema;
  if (schema === undefined) return [];
  expect(schema).toEqual({ $ref: `#/components/schemas/${pascalCase(route.operation)}Request` });
  return Object.keys(document.components.schemas[`${pascalCase(route.operation)}Request`]?.properties ?? {});
};

const follow = (reference: string): unknown =>
  reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined,
      asJson,
    );

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', () => {
    expect(validate(asJson)).toEqual({ valid: true, version: '3.1' });
  });

  test('fails validation if a required part is missing', () => {
    const { info: _info, ...rest } = asJson as Record<string, unknown>;
    expect(validate(rest)).toMatchObject({ valid: false });
  });

  test('resolves each of its references', () => {
    const references = [...new Set(referencesIn(asJson))];
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((reference) => follow(reference) === undefined)).toEqual([]);
  });

  test('says of every parameter of a route what values it takes', () => {
    const parameters = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).flatMap(({ parameters: all = [] }) => all.map((one) => ({ path, ...one }))),
    );
    expect(parameters.length).toBeGreaterThan(100);
    expect(parameters.filter(({ schema }) => Object.keys(schema).length === 0)).toEqual([]);
    const proofs = parameters.filter(({ name }) => name === 'proof').map(({ schema }) => schema);
    expect(proofs).toEqual(proofs.map(() => ({ enum: [true, 1, 'true', '1', false, 0, 'false', '0'] })));
    expect(proofs.length).toBeGreaterThan(0);
  });

  test('names the configured server URL, or the root by default', () => {
    expect(document.servers).toEqual([{ url: 'https://licenses.example.com' }]);
    expect(buildOpenApi(routes).servers).toEqual([{ url: '/' }]);
  });

  test('has exactly the routes of the route table, each with a unique operation id', () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect([...ids].sort()).toEqual(routes.map(({ operation }) => operation).sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('gives a unique title to every operation, and names the platform or a brand in admin titles', () => {
    const titles = routes.map(({ summary }) => summary);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
    for (const { path, operation, summary } of routes)
      if (path.startsWith('/api/v1/admin/'))
        expect({ operation, says: /\(admin\)|platform|of any brand|\bbrands?$/.test(summary) }).toEqual({
          operation,
          says: true,
        });
  });

  test('has a tag for every operation and an operation for every tag', () => {
    const operations: { tags: string[] }[] = [
      ...Object.values(document.paths).flatMap((methods) => Object.values(methods)),
      ...Object.values(document.webhooks).map(({ post }) => post),
    ];
    const used = operations.flatMap(({ tags }) => tags);
    expect([...new Set(used)].sort()).toEqual(document.tags.map(({ name }) => name).sort());
  });

  test('has an example of every problem, with its status and type', () => {
    const { examples } = document.components;
    expect(Object.keys(examples).sort()).toEqual(Object.keys(problems).sort());
    for (const [code, { value }] of Object.entries(examples))
      expect(value).toMatchObject({
        code,
        type: `/api/docs#${code}`,
        status: problems[code as RefusalCode].status,
        detail: expect.stringMatching(/\S/),
      });
  });
});

describe.each(each)('the operation %s', (_name, route) => {
  test('has an example that its input schema accepts', () => {
    expect(z.safeParse(route.input, route.example).error).toBeUndefined();
  });

  test.each(route.success.map((success) => [success.status, success] as const))(
    'has an example of its answer %d that its schema accepts',
    (_status, success) => {
      expect(z.safeParse(success.body, success.example).error).toBeUndefined();
    },
  );

  test('documents every successful status once', () => {
    const given = Object.keys(responsesOf(route)).filter((status) => /^[23]/.test(status));
    expect(given).toEqual(route.success.map(({ status }) => String(status)).sort());
  });

  test('documents each of its refusals under the status of the problem', () => {
    const bodyless: readonly RefusalCode[] = route.method === 'GET' ? ['body_not_json', 'unsupported_media_type'] : [];
    const all: readonly RefusalCode[] = [...route.refusals, ...COMMON_REFUSALS[route.auth]];
    const expected = [...new Set(all)]
      .filter((code) => !bodyless.includes(code))
      .map((code) => `${String(problems[code].status)} ${code}`);
    const shown = Object.entries(responsesOf(route)).flatMap(([status, { content }]) =>
      Object.keys(content['application/problem+json']?.examples ?? {}).map((code) => `${status} ${code}`),
    );
    expect(shown.sort()).toEqual(route.oauth === true ? [] : expected.sort());
  });

  test('accepts every input field in exactly one place, and path parameters in the path', () => {
    const { properties = {} } = plainSchema(route.input, 'input');
    const isFreelyNamed = (field: unknown): boolean =>
      !hasBody(route) && typeof (field as { additionalProperties?: unknown }).additionalProperties === 'object';
    const all = Object.entries(properties).map(([name, field]) => (isFreelyNamed(field) ? `${name}.NAME` : name));
    const places = [...parameterNames(route, 'path'), ...parameterNames(route, 'query'), ...bodyFields(route)];
    expect(places.sort()).toEqual(all.sort());
    expect(parameterNames(route, 'path').sort()).toEqual(pathParameters(route.path).sort());
  });

  test('names its credentials and its scopes', () => {
    const { security, description, 'x-required-scopes': scopes = [] } = operationOf(route);
    const keyed = route.auth === 'brand' || route.auth === 'platform';
    expect(security.flatMap((scheme) => Object.keys(scheme))).toEqual(keyed ? ['ApiKey', 'Bearer', 'OAuth2'] : []);
    expect(scopes).toEqual(listScopes(route));
    expect(security.find((scheme) => 'OAuth2' in scheme)?.['OAuth2'] ?? []).toEqual(scopes);
    for (const scope of scopes) expect(description).toContain(`\`${scope}\``);
    expect(parameterNames(route, 'header').includes('X-License-Key')).toBe(route.auth === 'license_key');
  });

  test('documents Idempotency-Key, Idempotent-Replayed and If-Match exactly if it supports them', () => {
    const replays = Object.values(responsesOf(route)).some(({ headers }) => 'Idempotent-Replayed' in headers);
    expect(parameterNames(route, 'header').includes('If-Match')).toBe(route.refusals.includes('stale_version'));
    expect([parameterNames(route, 'header').includes('Idempotency-Key'), replays]).toEqual([
      route.once === true,
      route.once === true,
    ]);
  });

  test('documents X-Request-Id for every status, and Retry-After exactly for 429 and 503', () => {
    for (const [status, { headers }] of Object.entries(responsesOf(route))) {
      expect(headers).toHaveProperty('X-Request-Id');
      expect('Retry-After' in headers).toBe(status === '503' || status === '429');
    }
  });

  test('accepts form bodies exactly if it serves plugins or OAuth', () => {
    const types = Object.keys(operationOf(route).requestBody?.content ?? {});
    if (bodyFields(route).length === 0) expect(types).toEqual([]);
    else if (route.oauth === true || route.edd === true) expect(types).toEqual(['application/x-www-form-urlencoded']);
    else
      expect(types).toEqual(
        route.auth === 'license_key' ? ['application/json', 'application/x-www-form-urlencoded'] : ['application/json'],
      );
  });
});
