import { FOREIGN_INSTANCE_TYPES, presets, type Preset, type PresetName, type RowField } from './import-presets.ts';
import { isoSeconds, parseTime } from './time.ts';

/** The rows a second of one brand, however many imports it runs. */
export const MOST_ROWS_PER_SECOND = 2_000;

/** A line of a flat file, or a JSON object whose fields are named by their paths. */
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

/** The key and the customer of a record, as they stand there. */
export type RecordOwner = { license_key: string; customer_email: string };

export function readOwner(reading: RecordReading, record: FlatRecord): RecordOwner {
  const value = valuesIn(reading, record);
  return { license_key: value('license_key') ?? '', customer_email: value('customer_email') ?? '' };
}

type Values = (field: RowField) => string | undefined;

/** The text of each field; undefined if the file has no column for it. */
const valuesIn =
  (reading: RecordReading, record: FlatRecord): Values =>
  (field) => {
    const name = namesFor(reading, field).find((column) => record[column] !== undefined);
    return name === undefined ? undefined : record[name]?.trim();
  };

const unread = (field: string, message: string) => ({ kind: 'unread', field, message }) as const;

/** A record as a row with one license; the lines of one key are joined by `joinRows`. */
export function readRecord(reading: RecordReading, record: FlatRecord): ReadRecord {
  const preset: Preset = presets[reading.preset];
  const value = valuesIn(reading, record);
  const damaged = Object.entries(record).find(([, text]) => text.includes('\ufffd'));
  if (damaged) return unread(damaged[0], 'This is not UTF-8. Save the file as UTF-8.');
  const status = readStatus(preset, record, value('status'));
  if (status === null) return unread('status', `“${String(value('status'))}” is no status of ${reading.preset}.`);
  const times = readTimes(preset, value);
  if (times.kind === 'unread') return times;
  const objects = readObjects(value);
  if (objects.kind === 'unread') return objects;
  const { metadata, policy, moves, instance_metadata } = objects.fields;
  const seat = {
    ...times.ofSeat,
    ...given('kind', value('kind')),
    ...(instance_metadata === undefined ? {} : { metadata: instance_metadata }),
  };
  const license: Record<string, unknown> = {
    ...given('product', value('product')),
    ...(status === undefined ? {} : { status }),
    ...readLimit(preset, value('seat_limit')),
    ...times.ofLicense,
    ...given('external_id', value('external_id')),
    ...given('starts_on_activation', value('starts_on_activation')),
    ...given('duration', value('duration')),
    ...givenNumber('expiry_day', value('expiry_day')),
    ...givenNumber('vacated', value('vacated')),
    ...(moves === undefined ? {} : { moves }),
    ...(policy === undefined ? {} : { policy }),
    ...keptMetadata(preset, record, metadata),
    activations: readInstances(reading, value, seat),
  };
  const owner = readOwner(reading, record);
  const isPerCustomer = isTrue(value('per_customer')) ? { per_customer: true } : {};
  return { kind: 'row', row: { ...owner, ...isPerCustomer, ...times.ofKey, licenses: [license] } };
}

/** Fields of this service's own files that hold JSON. */
const OBJECTS = ['metadata', 'policy', 'moves', 'instance_metadata'] as const;
type Objects =
  { kind: 'objects'; fields: Partial<Record<(typeof OBJECTS)[number], unknown>> } | ReturnType<typeof unread>;

function readObjects(value: Values): Objects {
  const fields: Partial<Record<(typeof OBJECTS)[number], unknown>> = {};
  for (const field of OBJECTS) {
    const text = value(field);
    if (text === undefined || text === '') continue;
    try {
      fields[field] = JSON.parse(text) as unknown;
    } catch {
      return unread(field, 'This is not JSON.');
    }
  }
  return { kind: 'objects', fields };
}

const given = (name: string, value: unknown): Record<string, unknown> =>
  value === undefined || value === '' ? {} : { [name]: value };

const isTrue = (text: string | undefined): boolean => text === '1' || text?.toLowerCase() === 'true';

/** A text that is no number is left for the row's own check, which names the field. */
const givenNumber = (name: string, value: string | undefined): Record<string, unknown> =>
  given(name, value !== undefined && /^\d+$/.test(value) ? Number(value) : value);

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

const TIMES = [
  'expires_at',
  'created_at',
  'activated_at',
  'last_checked_at',
  'deactivated_at',
  'key_created_at',
  'customer_created_at',
] as const;

type Times =
  | {
      kind: 'times';
      ofKey: Record<string, unknown>;
      ofLicense: Record<string, unknown>;
      ofSeat: Record<string, unknown>;
    }
  | ReturnType<typeof unread>;

function readTimes({ forLife }: Preset, value: Values): Times {
  const read: Partial<Record<(typeof TIMES)[number], string | null>> = {};
  for (const field of TIMES) {
    const text = value(field);
    if (text === undefined) continue;
    const isNone = text === '' || (field === 'expires_at' && forLife.includes(text.toLowerCase())) || isZeroDate(text);
    const time = isNone ? null : readForeignTime(text);
    if (time === undefined) return unread(field, `“${text.slice(0, 40)}” is no time.`);
    read[field] = time;
  }
  const known = (name: string, time: string | null | undefined) => given(name, time ?? undefined);
  return {
    kind: 'times',
    ofKey: {
      ...known('created_at', read.key_created_at),
      ...known('customer_created_at', read.customer_created_at),
    },
    ofLicense: {
      ...(read.expires_at === undefined ? {} : { expires_at: read.expires_at }),
      ...known('created_at', read.created_at),
    },
    ofSeat: {
      ...known('activated_at', read.activated_at),
      ...known('last_checked_at', read.last_checked_at),
      ...known('deactivated_at', read.deactivated_at),
    },
  };
}

/** MySQL's empty date. */
const isZeroDate = (text: string): boolean => text.startsWith('0000-00-00');

/** ISO 8601, a time of MySQL without a zone, which is UTC, or seconds since 1970. */
export function readForeignTime(text: string): string | undefined {
  if (/^\d{9,11}$/.test(text)) return isoSeconds(Number(text) * 1000);
  const plain = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?$/.exec(text);
  return parseTime(plain ? `${String(plain[1])}T${String(plain[2])}Z` : text);
}

/** Sites stand in one column with blanks, commas, semicolons or bars between them, or each on a line of its own. */
function readInstances(
  { preset }: RecordReading,
  value: Values,
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

/** `whole` is a column with all metadata as JSON; if it is no object, the row's own check says so. */
function keptMetadata({ metadata = {} }: Preset, record: FlatRecord, whole: unknown): Record<string, unknown> {
  if (whole !== undefined) return { metadata: whole };
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
 * Adds a line of the same key to its row: lines of one license have the sites of all of them, and the first line counts
 * for everything else.
 */
export function joinRows(row: Record<string, unknown>, next: Record<string, unknown>): Record<string, unknown> {
  const { licenses } = row as Row;
  for (const license of (next as Row).licenses) {
    const known = licenses.find((one) => isOneLicense(one, license));
    if (known === undefined) licenses.push(license);
    else (known['activations'] as unknown[]).push(...(license['activations'] as unknown[]));
  }
  return row;
}

/** A product is on a key once, beside licenses of it that were cancelled. */
function isOneLicense(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const [isCancelled, isOther] = [one, other].map(({ status }) => status === 'cancelled');
  if (one['product'] !== other['product'] || isCancelled !== isOther) return false;
  return isCancelled !== true || one['created_at'] === other['created_at'];
}

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
