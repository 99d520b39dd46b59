import type { ActField } from './act.ts';

/** A text in double quotes, as JSON writes it. */
const QUOTED = /^"(?:[^"\\]|\\.)*"/;

/** Lines of `name = value`, as a person types the fields of an object. A text may stand in quotes, as JSON has them. */
export function readPairs(kind: ActField['kind'], typed: string): Record<string, unknown> {
  const lines = typed.split(/\r?\n/).filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [name, value] = splitLine(line.trim());
      const isText = kind === 'texts' && value !== 'null' && !QUOTED.test(value);
      return [name, isText ? value : readValue(value)];
    }),
  );
}

/** A name in quotes may have an equals sign in it. */
function splitLine(line: string): [name: string, value: string] {
  const quoted = QUOTED.exec(line)?.[0] ?? '';
  const isName = quoted !== '' && line.slice(quoted.length).trimStart().startsWith('=');
  const equals = line.indexOf('=', isName ? quoted.length : 0);
  const at = equals === -1 ? line.length : equals;
  const name = line.slice(0, at).trim();
  return [isName ? String(readValue(name)) : name, line.slice(at + 1).trim()];
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
  return Object.entries(value)
    .filter(([, of]) => of !== undefined)
    .map(([name, of]) => `${writeName(name)} = ${writeValue(kind, of)}`)
    .join('\n');
}

const writeName = (name: string): string => (isPlain(name) && !name.includes('=') ? name : JSON.stringify(name));

function writeValue(kind: ActField['kind'], value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const isRead = kind === 'texts' ? value === 'null' : readValue(value) !== value;
  return isPlain(value) && !isRead ? value : JSON.stringify(value);
}

/** True for a text that one line shows as it is. */
const isPlain = (text: string): boolean => !/[\r\n]/.test(text) && text.trim() === text && !text.startsWith('"');
