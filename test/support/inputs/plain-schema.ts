import * as z from 'zod';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** A schema as JSON Schema, with every named part inlined. */
export function plainSchema(schema: z.core.$ZodType, io: 'input' | 'output'): JsonSchema {
  const { $defs = {}, ...whole } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return inPlace(whole) as JsonSchema;

  function inPlace(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(inPlace);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as { $ref?: string };
    const named = $ref === undefined ? {} : $defs[$ref.replace('#/$defs/', '')];
    return Object.fromEntries(Object.entries({ ...named, ...rest }).map(([name, inner]) => [name, inPlace(inner)]));
  }
}
