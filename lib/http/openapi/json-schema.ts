import * as z from 'zod';
import type { JsonSchema } from './document.ts';

/** What a caller may send, before trimming and defaults. */
export const inputSchema = (schema: z.core.$ZodType): JsonSchema => toJsonSchema(schema, 'input');

/** What a caller gets. */
export const outputSchema = (schema: z.core.$ZodType): JsonSchema => toJsonSchema(schema, 'output');

function toJsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...jsonSchema } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override,
  });
  return jsonSchema;

  function override({ zodSchema, jsonSchema: part }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
    // The bounds of every integer in JavaScript say nothing about this one.
    if (part.minimum === Number.MIN_SAFE_INTEGER) delete part.minimum;
    if (part.maximum === Number.MAX_SAFE_INTEGER) delete part.maximum;
    // An answer may gain fields, so no client may be told that it never will.
    if (io === 'output' && zodSchema._zod.def.type === 'object') delete part.additionalProperties;
  }
}
