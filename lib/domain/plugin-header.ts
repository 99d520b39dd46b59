/** WordPress looks for a header in the first bytes of a file. */
export const HEADER_BYTES = 8192;

const FIELDS = {
  name: { plugin: 'Plugin Name', theme: 'Theme Name' },
  version: 'Version',
  requires: 'Requires at least',
  tested: 'Tested up to',
  requires_php: 'Requires PHP',
} as const;

/** The header of a plugin's main file, or of a theme's style sheet. */
export type PackageHeader = {
  name: string | null;
  version: string | null;
  requires: string | null;
  tested: string | null;
  requires_php: string | null;
};

/** The header; null for a field that it does not have. Undefined when the text has no name of that kind. */
export function readHeader(text: string, type: 'plugin' | 'theme'): PackageHeader | undefined {
  const lines = text.slice(0, HEADER_BYTES).split(/\r\n|\r|\n/);
  const field = (label: string): string | null => {
    const found = lines.map((line) => valueIn(line, label)).find((value) => value !== undefined);
    return found === undefined || found === '' ? null : found.slice(0, MAX_VALUE);
  };
  const name = field(FIELDS.name[type]);
  if (name === null) return undefined;
  return {
    name,
    version: field(FIELDS.version),
    requires: field(FIELDS.requires),
    tested: field(FIELDS.tested),
    requires_php: field(FIELDS.requires_php),
  };
}

const MAX_VALUE = 200;

/** A field stands at the beginning of a line, behind nothing but the signs of a comment. */
function valueIn(line: string, label: string): string | undefined {
  const start = line.replace(/^[ \t]*<\?php/i, '').replace(/^[ \t/*#@]+/, '');
  if (!start.toLowerCase().startsWith(`${label.toLowerCase()}:`)) return undefined;
  return start
    .slice(label.length + 1)
    .replace(/(?:\*\/|\?>).*$/s, '')
    .trim();
}
