import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { METADATA_VALUE, VISIBLE_TEXT } from '../../api/schemas/text-rules.ts';
import { DURATION } from '../../domain/duration.ts';
import { assertThat } from '../../domain/invariant.ts';
import type { JsonSchema, Reference } from './document.ts';

/** Converts schemas, and collects every part that has an `id` in its metadata under that name. */
export type SchemaCollector = {
  schemas: Record<string, JsonSchema>;
  /** The values that a caller may send, before trimming and defaults. */
  input: (schema: z.core.$ZodType) => JsonSchema;
  /** The values that a caller gets. */
  output: (schema: z.core.$ZodType) => JsonSchema;
  /** Adds a schema under a name, and refers to it. */
  named: (name: string, schema: JsonSchema) => Reference;
};

export function collectSchemas(): SchemaCollector {
  const schemas: Record<string, JsonSchema> = {};
  const named = (name: string, schema: JsonSchema): Reference => {
    const isFree = !(name in schemas) || isDeepStrictEqual(schemas[name], schema);
    assertThat(isFree, `two schemas of the API are called ${name}`);
    schemas[name] = schema;
    return { $ref: `#/components/schemas/${name}` };
  };
  const convert = (io: 'input' | 'output') => (schema: z.core.$ZodType) => {
    const { $defs = {}, ...whole } = withComponentReferences(toJsonSchema(schema, io));
    for (const [name, part] of Object.entries($defs)) named(name, part);
    return whole;
  };
  return { schemas, named, input: convert('input'), output: convert('output') };
}

/** Patterns in a form that every regular expression engine reads: without classes of Unicode and without lookahead. */
const PORTABLE: Record<string, string | undefined> = {
  [DURATION.source]: DURATION.source.replace('(?=.*[1-9])', ''),
  [VISIBLE_TEXT.source]: '^[^\\x00-\\x1F\\x7F-\\x9F]*$',
  [METADATA_VALUE.source]: '^[^\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F]*$',
};

function toJsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...jsonSchema } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: part }) => {
      // The safe integers of JavaScript are no bounds of this value.
      if (part.minimum === Number.MIN_SAFE_INTEGER) delete part.minimum;
      if (part.maximum === Number.MAX_SAFE_INTEGER) delete part.maximum;
      // An answer may gain fields, so the document must not rule them out.
      if (io === 'output' && zodSchema._zod.def.type === 'object') delete part.additionalProperties;
      // An empty text means that the field is absent.
      if (part.default === '') delete part.default;
      if (part.pattern !== undefined) part.pattern = PORTABLE[part.pattern] ?? part.pattern;
    },
  });
  return jsonSchema;
}

const withComponentReferences = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'), (_name, part: unknown) =>
    typeof part === 'object' && part !== null && 'anyOf' in part ? joinNull(part as JsonSchema) : part,
  ) as JsonSchema;

/** Writes a simple value or null as one schema with two types, because client generators name each form of a choice. */
function joinNull(part: JsonSchema): JsonSchema {
  const { anyOf, ...outer } = part as { anyOf: JsonSchema[] };
  const [value, none, ...others] = anyOf;
  const isSimple = typeof value?.type === 'string' && value.type !== 'object' && value.enum === undefined;
  if (!isSimple || none?.type !== 'null' || others.length > 0) return part;
  return { ...value, ...outer, type: [value.type, 'null'] } as JsonSchema;
}
