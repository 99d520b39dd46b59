/** An answer for a person: a list as a table, anything else as its fields. */
export function forPeople(answer: Record<string, unknown>): string {
  const [entries, ...others] = Object.values(answer);
  if (others.length > 0 || !Array.isArray(entries)) return rowsOf(Object.entries(flat(answer)));
  if (entries.length === 0) return 'None.';
  const shown = (entries as Record<string, unknown>[]).map(summary);
  const columns = Object.keys(shown[0] ?? {});
  return rowsOf([columns, ...shown.map((entry) => columns.map((name) => entry[name] ?? ''))]);
}

/** The columns that distinguish entries; `show` or `--json` gives the rest. */
const COLUMNS = [
  'id',
  'slug',
  'key_prefix',
  'name',
  'status',
  'mode',
  'state',
  'counts',
  'line',
  'outcome',
  'code',
  'field',
  'message',
  'what',
  'rows',
  'brand',
  'product',
  'license_key',
  'scopes',
  'last_four',
  'expires_at',
  'last_used_at',
  'revoked_at',
  'seats_used',
  'seat_limit',
];

function summary(entry: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(COLUMNS.flatMap((name) => (name in entry ? [[name, word(entry[name])]] : [])));
}

const flat = (answer: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, word(value)]));

/** A nested object is shown by its human-readable name. */
function word(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.map(word).join(' ');
  if (typeof value !== 'object') return plain(typeof value === 'string' ? value : JSON.stringify(value));
  const { slug, key } = value as Record<string, unknown>;
  return typeof slug === 'string' ? slug : typeof key === 'string' ? key : plain(JSON.stringify(value));
}

/** Names come from others: none may control the terminal. */
const plain = (text: string): string => text.replaceAll(/\p{C}/gu, '?');

function rowsOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
