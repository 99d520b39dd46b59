import * as z from 'zod/mini';

/**
 * A value with the fields of each object in the order of its schema, and unknown ones last: stored maps keep no order.
 */
export function inSchemaOrder(schema: z.core.$ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniNullable)
    return inSchemaOrder(schema.def.innerType, value);
  if (!(schema instanceof z.ZodMiniObject) || typeof value !== 'object' || value === null) return value;
  const { shape } = schema;
  const fields = value as Record<string, unknown>;
  const known = Object.entries(shape).flatMap(([name, inner]) =>
    name in fields ? [[name, inSchemaOrder(inner, fields[name])]] : [],
  );
  return {
    ...Object.fromEntries(known),
    ...Object.fromEntries(Object.entries(fields).filter(([name]) => !(name in shape))),
  };
}
