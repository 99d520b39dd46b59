import * as z from 'zod/mini';

/**
 * A copy of a schema with its part of the API's documents: a description, or all metadata. A copy of that copy inherits
 * everything but the `id`.
 */
export function describe<T extends z.ZodMiniType>(schema: T, about: string | z.core.GlobalMeta): T {
  const copy = schema.clone();
  z.globalRegistry.add(copy, typeof about === 'string' ? { description: about } : about);
  return copy;
}
