/** A value as PHP reads it from `a=1` (a text) or `a[b]=1` (a map, in the order in which its names came). */
export type PhpValue = string | PhpMap;
export type PhpMap = Map<string, PhpValue>;

/** PHP's own limits: `max_input_vars` and `max_input_nesting_level`. */
const MAX_VARIABLES = 1000;
const MAX_DEPTH = 64;

/** PHP skips one blank at the beginning of a name in brackets. */
const APPENDING = /^\s?$/;

/** Reads parameters as PHP does: those of the query, and those of a form over them. */
export function readPhpParameters(rawQuery: string, form: string): PhpMap {
  return new Map([...parse(rawQuery), ...parse(form)]);
}

/** The text of a parameter; empty if it is missing or a map. */
export function phpText(parameters: PhpMap, name: string): string {
  const value = parameters.get(name);
  return typeof value === 'string' ? value : '';
}

/** Decodes a form's text: `+` is a space. A sequence that does not decode stays as it is. */
export const decodeForm = (text: string): string => decodePercent(text.replaceAll('+', ' '));

/** Decodes percent-encoding alone: `+` stays. A sequence that does not decode stays as it is. */
export function decodePercent(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

function parse(text: string): PhpMap {
  const parameters: PhpMap = new Map();
  const pairs = text.split('&', MAX_VARIABLES).filter((pair) => pair !== '');
  for (const pair of pairs) {
    const name = pair.replace(/=.*$/s, '');
    const value = pair.slice(name.length + 1);
    const path = parsePath(decodeForm(name));
    if (path.length > 0 && path.length <= MAX_DEPTH) put(parameters, path, decodeForm(value));
  }
  return parameters;
}

/** `a.b[c][]` is `a_b`, `c` and an empty name, which appends. What follows the last bracket does not count. */
function parsePath(given: string): string[] {
  const name = given.trimStart();
  const open = name.indexOf('[');
  if (open === 0 || name === '') return [];
  const close = open < 0 ? -1 : name.indexOf(']', open);
  // A bracket that is never closed is a character like the others that PHP's variables cannot have.
  if (close < 0) return [name.replaceAll(/[. []/g, '_')];
  // Sticky: it ends at the first character that is in no brackets.
  const inner = [...name.slice(open).matchAll(/\[([^\]]*)\]/gy)].map((match) => String(match[1]));
  return [name.slice(0, open).replaceAll(/[. ]/g, '_'), ...inner];
}

/** The last value of a name wins, whatever its shape. */
function put(parameters: PhpMap, path: readonly string[], value: string): void {
  let holder = parameters;
  for (const [depth, name] of path.entries()) {
    const at = depth > 0 && APPENDING.test(name) ? nextIndex(holder) : name;
    if (depth === path.length - 1) {
      holder.set(at, value);
      return;
    }
    const present = holder.get(at);
    const next = typeof present === 'object' ? present : new Map<string, PhpValue>();
    holder.set(at, next);
    holder = next;
  }
}

/** A blank name appends: its index is one more than the highest. */
function nextIndex(holder: PhpMap): string {
  const indexes = [...holder.keys()].filter((name) => /^(?:0|[1-9]\d{0,14})$/.test(name)).map(Number);
  return String(indexes.reduce((highest, index) => Math.max(highest, index), -1) + 1);
}
