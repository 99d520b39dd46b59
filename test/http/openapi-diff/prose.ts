const PROSE = [
  'description',
  'summary',
  'example',
  'examples',
  'tags',
  'title',
  'contact',
  'license',
  'securitySchemes',
];

/** Leaves out what breaks no caller: texts and examples. A property of an object may have any of these names. */
export function withoutProse(part: unknown, isProperties = false): unknown {
  if (Array.isArray(part)) return part.map((one: unknown) => withoutProse(one));
  if (typeof part !== 'object' || part === null) return part;
  const kept = Object.entries(part).filter(([name]) => isProperties || !PROSE.includes(name));
  return Object.fromEntries(
    kept.map(([name, value]: [string, unknown]) => [name, withoutProse(value, name === 'properties' && !isProperties)]),
  );
}
