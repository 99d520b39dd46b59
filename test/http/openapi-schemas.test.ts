import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { routes } from '../../lib/api/routes.ts';
import { WebhookEvent } from '../../lib/api/schemas/webhook-event.ts';
import { VERDICT_CODES } from '../../lib/domain/verdict.ts';
import { PAYLOAD_VERSION, TEST_TYPE } from '../../lib/domain/webhook.ts';
import { catalog, type EventType } from '../../lib/events/catalog.ts';
import { exampleEvent } from '../../lib/events/examples.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';
import type { JsonSchema } from '../../lib/http/openapi/document.ts';
import { buildMessage } from '../../lib/webhooks/message.ts';
import { referencesIn } from '../support/inputs/references-in.ts';

const document = buildOpenApi(routes, { serverUrl: 'https://licenses.example.com' });

/** The schemas that a request uses; all others belong to answers and messages. */
const ofRequests = new Set(
  Object.keys(document.components.schemas)
    .filter((name) => name.endsWith('Request'))
    .flatMap((name) => [name, ...namesBehind(name)]),
);
const isOfRequest = (name: string): boolean => ofRequests.has(name);

function namesBehind(name: string): string[] {
  const names = [...referencesIn(document.components.schemas[name])].map((reference) => reference.split('/').at(-1));
  return names.flatMap((inner = '') => [inner, ...namesBehind(inner)]);
}

/** Every schema within a schema, with its path; references are not followed. */
function* schemasIn(schema: JsonSchema, place: string): Generator<[string, JsonSchema]> {
  yield [place, schema];
  for (const keyword of ['properties', 'patternProperties'] as const)
    for (const [name, inner] of Object.entries(schema[keyword] ?? {}))
      yield* schemasIn(inner as JsonSchema, `${place}/${name}`);
  for (const keyword of ['items', 'additionalProperties'] as const)
    if (typeof schema[keyword] === 'object') yield* schemasIn(schema[keyword] as JsonSchema, `${place}/${keyword}`);
  for (const keyword of ['anyOf', 'oneOf', 'allOf'] as const)
    for (const inner of schema[keyword] ?? []) yield* schemasIn(inner, `${place}/${keyword}`);
}

describe('the OpenAPI schemas', () => {
  const named = Object.entries(document.components.schemas);
  const contents = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ operationId, parameters, requestBody, responses }) => [
      ...parameters.map(({ name, schema }): [string, JsonSchema] => [`${operationId} ${name}`, schema]),
      ...[requestBody, ...Object.values(responses)].flatMap((part) =>
        Object.values(part && 'content' in part ? part.content : {}).map(({ schema }): [string, JsonSchema] => [
          operationId,
          schema,
        ]),
      ),
    ]),
  );

  test('permits further fields in every answer', () => {
    const answers = Object.entries(document.components.schemas).filter(([name]) => !isOfRequest(name));
    expect(answers.length).toBeGreaterThan(50);
    expect(JSON.stringify(answers)).not.toContain('"additionalProperties":false');
  });

  test('are named after the nouns of licensing', () => {
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining([
        ...['License', 'LicenseKey', 'Activation', 'Verdict', 'Customer', 'Product', 'Bundle', 'Brand', 'ApiKey'],
        ...['Event', 'WebhookEndpoint', 'WebhookDelivery', 'WebhookEvent', 'Problem', 'Policy', 'BrandSettings'],
        ...['LicenseList', 'ActivationList', 'CustomerList', 'ProductList', 'BundleList', 'BrandList', 'ApiKeyList'],
        ...['EventList', 'LicenseEventList', 'WebhookEndpointList', 'WebhookDeliveryList'],
        ...['ProvisionLicensesRequest', 'ActivateLicenseRequest', 'CheckLicenseByPostRequest'],
      ]),
    );
  });

  test('name every object and union, so that a client generator invents no names', () => {
    const unnamed = [
      ...contents.flatMap(([place, schema]) => [...schemasIn(schema, place)]),
      ...named.flatMap(([name, schema]) => [...schemasIn(schema, name)].slice(1)),
    ].filter(([, { properties, anyOf = [], oneOf, allOf }]) => {
      const forms = anyOf.filter((form) => form.type !== 'null');
      return properties !== undefined || oneOf !== undefined || allOf !== undefined || forms.length > 1;
    });
    expect(unnamed.map(([place]) => place)).toEqual([]);
  });

  test('use only patterns that all regular expression engines support', () => {
    const all = [...named, ...contents].flatMap(([name, schema]) => [...schemasIn(schema, name)]);
    const patterns = [...new Set(all.flatMap(([, { pattern }]) => pattern ?? []))];
    expect(patterns.length).toBeGreaterThan(3);
    for (const pattern of patterns) expect(pattern).not.toMatch(/\\[pPuk]|\(\?(?!:)|\[\[|&&/);
  });

  test('explain every verdict code where it is returned', () => {
    const { code } = document.components.schemas['Verdict']?.properties ?? {};
    const { description, enum: codes } = code as JsonSchema;
    expect([...(codes ?? [])].sort()).toEqual([...VERDICT_CODES].sort());
    for (const verdict of codes ?? [])
      expect(description).toMatch(new RegExp(`\\| \`${String(verdict)}\` \\| \\w.*\\. \\|`));
  });
});

describe('the webhook messages of the OpenAPI document', () => {
  const messages = Object.entries(document.webhooks).map(([type, { post }]) => ({ type, ...post }));

  test('are the events of the catalog and the test event', () => {
    expect(messages.map(({ type }) => type)).toEqual([...Object.keys(catalog), TEST_TYPE]);
  });

  test.each(Object.keys(catalog) as EventType[])('show %s as it is sent', (type) => {
    const sent = JSON.parse(buildMessage(exampleEvent(type), PAYLOAD_VERSION).body) as { data: { after: unknown } };
    expect(document.webhooks[type]?.post.requestBody.content['application/json']?.example).toEqual(sent);
    expect(z.safeParse(WebhookEvent, sent)).toEqual({ success: true, data: sent });
    expect(z.safeParse(catalog[type].after, sent.data.after).error).toBeUndefined();
  });
});
