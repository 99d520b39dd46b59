/** A second name under which subscribers may ask for an event. The journal and the bus use only its first name. */
const SECOND_NAMES = new Map([['seat.deactivated', 'license.deactivated']]);

export const secondNames: readonly string[] = [...SECOND_NAMES.values()];

/** All names of an event, the journal's first. */
function namesOf(type: string): string[] {
  const second = SECOND_NAMES.get(type);
  return second === undefined ? [type] : [type, second];
}

const covers = (pattern: string, name: string): boolean =>
  pattern === '*' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1)));

/**
 * The name under which a subscriber with these patterns gets the event: the journal's name if they cover it, else the
 * second one; undefined if they cover neither.
 */
export const nameAskedFor = (patterns: readonly string[], type: string): string | undefined =>
  namesOf(type).find((name) => patterns.some((pattern) => covers(pattern, name)));

/** True when any of the patterns covers one of the event's names. */
export const typeMatches = (patterns: readonly string[], type: string): boolean =>
  nameAskedFor(patterns, type) !== undefined;
