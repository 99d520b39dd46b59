import { FOREIGN_INSTANCE_TYPES, presets, type Preset, type PresetName, type RowField } from './import-presets.ts';
import { isoSeconds, parseTime } from './time.ts';

/** A line of a flat file, or a JSON object whose fields are named by their paths. */
/** The rows a second of one brand, however many imports it runs. */
export const MOST_ROWS_PER_SECOND = 2_000;

export type FlatRecord = Readonly<Record<string, string>>;
/** The column of each field, where a brand's file names it otherwise than its preset. */
export type ColumnMapping = Readonly<Partial<Record<RowField, string>>>;

/** The way in which the records of one file are read. */
export type RecordReading = { preset: PresetName; mapping: ColumnMapping };

/** The row that a record describes, to be parsed like any other; `field` is the column that cannot be read. */
export type ReadRecord =
  { kind: 'row'; row: Record<string, unknown> } | { kind: 'unread'; field: string; message: string };

/** The fields without which a file is no export of its preset. */
const NEEDED: readonly RowField[] = ['license_key', 'customer_email'];

/** The needed field that none of these columns holds; undefined if the file has them all. */
export function findMissingColumn(reading: RecordReading, columns: readonly string[]): string | undefined {
  const missing = NEEDED.find((field) => !namesFor(reading, field).some((name) => columns.includes(name)));
  return missing && namesFor(reading, missing)[0];
}

function namesFor({ preset, mapping }: RecordReading, field: RowField): readonly string[] {
  const { columns }: Preset = presets[preset];
  const mapped = mapping[field];
  return mapped === undefined ? (columns[field] ?? []) : [mapped];
}

/** A record as a row with one license; the lines of one key are joined by `joinRows`. */
export function readRecord(reading: RecordReading, record: FlatRecord): ReadRecord {
  const preset: Preset = presets[reading.preset];
  const value = (field: RowField): string | undefined => {
    const name = namesFor(reading, field).find((column) => record[column] !== undefined);
    return name === undefined ? undefined : record[name]?.trim();
  };
  const damaged = Object.entries(record).find(([, text]) => text.includes('\ufffd'));
  if (damaged) return { kind: 'unread', field: damaged[0], message: 'This is not UTF-8. Save the file as UTF-8.' };
  const status = readStatus(preset, record, value('status'));
  if (status === null)
    return {
      kind: 'unread',
      field: 'status',
      message: `“${value('status') ?? ''}” is no status of ${reading.preset}.`,
    };
  const times = readTimes(preset, value);
  if (times.kind === 'unread') return times;
  const license: Record<string, unknown> = {
    ...given('product', value('product')),
    ...(status === undefined ? {} : { status }),
    ...readLimit(preset, value('seat_limit')),
    ...times.fields,
    ...given('external_id', value('external_id')),
    ...given('starts_on_activation', value('starts_on_activation')),
    ...keptMetadata(preset, record),
    activations: readInstances(reading, value, times.ofSeat),
  };
  return {
    kind: 'row',
    row: {
      license_key: value('license_key') ?? '',
      customer_email: value('customer_email') ?? '',
      licenses: [license],
    },
  };
}

const given = (name: string, value: string | undefined): Record<string, unknown> =>
  value === undefined || value === '' ? {} : { [name]: value };

const isTrue = (text: string | undefined): boolean => text === '1' || text?.toLowerCase() === 'true';

/** Undefined if the file has no status, null for a word that the preset does not know. */
function readStatus({ statuses, flags = {} }: Preset, record: FlatRecord, word: string | undefined) {
  const flagged = Object.entries(flags).find(([column]) => isTrue(record[column]));
  if (flagged) return flagged[1];
  if (word === undefined || word === '') return undefined;
  return Object.hasOwn(statuses, word.toLowerCase()) ? statuses[word.toLowerCase()] : null;
}

/** A limit that is no number is left for the row's own check, which names the field. */
function readLimit({ unlimited }: Preset, text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  if (unlimited.includes(text.toLowerCase())) return { seat_limit: null };
  if (text === '') return {};
  return { seat_limit: /^\d+$/.test(text) ? Number(text) : text };
}

type Times =
  | { kind: 'times'; fields: Record<string, unknown>; ofSeat: Record<string, unknown> }
  | { kind: 'unread'; field: string; message: string };

function readTimes({ forLife }: Preset, value: (field: RowField) => string | undefined): Times {
  const read: Partial<Record<RowField, string | null>> = {};
  for (const field of ['expires_at', 'created_at', 'activated_at', 'last_checked_at'] as const) {
    const text = value(field);
    if (text === undefined) continue;
    const isNone = text === '' || (field === 'expires_at' && forLife.includes(text.toLowerCase())) || isZeroDate(text);
    const time = isNone ? null : readForeignTime(text);
    if (time === undefined) return { kind: 'unread', field, message: `“${text.slice(0, 40)}” is no time.` };
    read[field] = time;
  }
  const { expires_at, created_at, activated_at, last_checked_at } = read;
  return {
    kind: 'times',
    fields: {
      ...(expires_at === undefined ? {} : { expires_at }),
      ...given('created_at', created_at ?? undefined),
    },
    ofSeat: {
      ...given('activated_at', activated_at ?? undefined),
      ...given('last_checked_at', last_checked_at ?? undefined),
    },
  };
}

/** MySQL's empty date. */
const isZeroDate = (text: string): boolean => text.startsWith('0000-00-00');

/** ISO 8601, a time of MySQL without a zone, which is UTC, or seconds since 1970. */
export function readForeignTime(text: string): string | undefined {
  if (/^\d{9,11}$/.test(text)) return isoSeconds(Number(text) * 1000);
  const plain = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?$/.exec(text);
  return parseTime(plain ? `${plain[1] ?? ''}T${plain[2] ?? ''}Z` : text);
}

/** Sites stand in one column with blanks, commas, semicolons or bars between them, or each on a line of its own. */
function readInstances(
  { preset }: RecordReading,
  value: (field: RowField) => string | undefined,
  ofSeat: Record<string, unknown>,
): Record<string, unknown>[] {
  const one = value('instance');
  const many = (value('instances') ?? '').split(/[\s,;|]+/).filter((text) => text !== '');
  const named = value('instance_type') ?? '';
  const type = named === '' ? FOREIGN_INSTANCE_TYPES[preset] : named;
  return [...(one === undefined || one === '' ? [] : [one]), ...many].map((instance) => ({
    instance,
    ...(type === undefined ? {} : { instance_type: type }),
    ...ofSeat,
  }));
}

function keptMetadata({ metadata = {} }: Preset, record: FlatRecord): Record<string, unknown> {
  const named = Object.entries(metadata).flatMap(([column, name]) => {
    const text = record[column]?.trim();
    return text === undefined || text === '' ? [] : [[name, text] as const];
  });
  const own = Object.entries(record).flatMap(([column, text]) =>
    column.startsWith('metadata.') && text !== '' ? [[column.slice('metadata.'.length), text] as const] : [],
  );
  const kept = [...named, ...own];
  return kept.length === 0 ? {} : { metadata: Object.fromEntries(kept) };
}

type Row = { licenses: Record<string, unknown>[] };

/**
 * Joins the lines of one key: those of one product are one license with the sites of all of them, and the first line
 * counts for everything else.
 */
export function joinRows(first: Record<string, unknown>, next: Record<string, unknown>): Record<string, unknown> {
  const licenses = [...(first as Row).licenses];
  for (const license of (next as Row).licenses) {
    const at = licenses.findIndex(({ product }) => product === license['product']);
    const known = licenses[at];
    if (known === undefined) licenses.push(license);
    else licenses[at] = { ...known, activations: [...listOf(known), ...listOf(license)] };
  }
  return { ...first, licenses };
}

const listOf = ({ activations }: Record<string, unknown>): unknown[] =>
  Array.isArray(activations) ? (activations as unknown[]) : [];

/** No product nests the fields of its licenses deeper. */
const MOST_LEVELS = 8;

/** A JSON object by the paths of its texts, numbers and truth values; a list of texts is one value. */
export function flattenRecord(
  value: unknown,
  path = '',
  into: Record<string, string> = {},
  level = 0,
): Record<string, string> {
  if (level > MOST_LEVELS) return into;
  if (value === null) into[path] = 'null';
  else if (Array.isArray(value)) into[path] = value.filter((entry) => typeof entry !== 'object').join(' ');
  else if (typeof value === 'object')
    for (const [name, inner] of Object.entries(value))
      flattenRecord(inner, path === '' ? name : `${path}.${name}`, into, level + 1);
  else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    into[path] = String(value);
  return into;
}
