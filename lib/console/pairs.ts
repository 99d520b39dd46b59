import type { ActField } from './act.ts';

/** Lines of `name = value`, as a person types the fields of an object. */
export function readPairs(kind: ActField['kind'], typed: string): Record<string, unknown> {
  const lines = typed.split(/\r?\n/).filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.includes('=') ? line.indexOf('=') : line.length;
      const value = line.slice(at + 1).trim();
      return [line.slice(0, at).trim(), kind === 'texts' && value !== 'null' ? value : readValue(value)];
    }),
  );
}

/** A value as JSON reads it, or else the text itself. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The present fields of an object, to be changed by a person. */
export function writePairs(kind: ActField['kind'], value: object): string {
  const text = (of: unknown): string => (kind === 'texts' || !needsQuotes(of) ? String(of) : JSON.stringify(of));
  return Object.entries(value)
    .filter(([, of]) => of !== undefined)
    .map(([name, of]) => `${name} = ${text(of)}`)
    .join('\n');
}

/** A text that JSON would read as something else keeps its quotes. */
const needsQuotes = (value: unknown): boolean =>
  typeof value === 'object' ? value !== null : typeof value === 'string' && readValue(value) !== value;
