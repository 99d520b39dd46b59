/** A second name by which people ask for an event. The journal and the bus know it by its first name alone. */
const SECOND_NAMES = new Map([['seat.deactivated', 'license.deactivated']]);

export const secondNames: readonly string[] = [...SECOND_NAMES.values()];

/** All names of an event, that of the journal first. */
function namesOf(type: string): string[] {
  const second = SECOND_NAMES.get(type);
  return second === undefined ? [type] : [type, second];
}

const covers = (pattern: string, name: string): boolean =>
  pattern === '*' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1)));

/** The name under which an event goes to somebody who asks by these patterns: the journal's where they cover it, else the second one; undefined where they cover neither. */
export const nameAskedFor = (patterns: readonly string[], type: string): string | undefined =>
  namesOf(type).find((name) => patterns.some((pattern) => covers(pattern, name)));

/** Tells if any of the patterns covers an event, by whichever of its names. */
export const typeMatches = (patterns: readonly string[], type: string): boolean =>
  nameAskedFor(patterns, type) !== undefined;
