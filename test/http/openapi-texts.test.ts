import { describe, expect, test } from '@jest/globals';
import { routes } from '../../lib/api/routes.ts';
import { catalog } from '../../lib/events/catalog.ts';
import { EVENT_NAMES } from '../../lib/events/filters.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';
import type { JsonSchema } from '../../lib/http/openapi/document.ts';

const document = buildOpenApi(routes, { serverUrl: 'https://licenses.example.com' });
const { schemas } = document.components;

/** True for a text in place, in the schema that is referred to, or in the one form beside null. */
const isDescribed = ({ description = '', $ref, anyOf = [] }: JsonSchema): boolean =>
  /\S/.test(description) ||
  ($ref !== undefined && isDescribed(schemas[$ref.replace('#/components/schemas/', '')] ?? {})) ||
  anyOf.some((form) => form.type !== 'null' && isDescribed(form));

describe('the schemas', () => {
  test('describe every field of every thing, in place or where they name it', () => {
    const silent = Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).flatMap(([field, schema]) =>
        isDescribed(schema as JsonSchema) ? [] : [`${name}.${field}`],
      ),
    );
    expect(silent).toEqual([]);
  });

  test('name every type of event in one schema, which events and messages share', () => {
    const { EventType: types, Event, WebhookEvent: message } = schemas;
    expect(types?.enum).toEqual(EVENT_NAMES);
    const reference = { $ref: '#/components/schemas/EventType' };
    expect([Event?.properties?.['type'], message?.properties?.['type']]).toEqual([reference, reference]);
  });
});

test('the document says where help is found', () => {
  expect(document.info.contact.url).toBe('https://licenses.example.com/api/docs');
  expect(buildOpenApi(routes).info.contact.url).toBe('/api/docs');
});

test('the catalog lists the events of each noun together', () => {
  const nouns = Object.keys(catalog).map((type) => type.split('.', 1).join());
  const changes = nouns.filter((noun, index) => noun !== nouns[index - 1]);
  expect(changes).toEqual([...new Set(nouns)]);
});

test('an example of a parameter that is a time has the form of one, as validators of OpenAPI expect', () => {
  type Parameter = { name: string; example?: unknown; schema?: { format?: string } };
  const parameters = Object.values(document.paths).flatMap((operations) =>
    Object.values(operations).flatMap(({ parameters: of = [] }) => of as Parameter[]),
  );
  const times = parameters.filter(({ schema, example }) => schema?.format === 'date-time' && example !== undefined);
  expect(times.length).toBeGreaterThan(0);
  expect(times.filter(({ example }) => !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(String(example)))).toEqual([]);
});
