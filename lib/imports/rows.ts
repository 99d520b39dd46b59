import { ImportRow, MAX_ROW_BYTES } from '../api/schemas/import-row.ts';
import {
  findMissingColumn,
  flattenRecord,
  joinRows,
  readOwner,
  readRecord,
  type RecordOwner,
  type RecordReading,
} from '../domain/import-record.ts';
import { required } from '../domain/invariant.ts';
import type { RowFault, NumberedRow } from '../commands/import/row.ts';
import type { ImportJob } from '../table/imports.ts';
import {
  readCsvLines,
  readHeader,
  readJsonLines,
  UnreadableFile,
  type FileRecord,
  type Header,
  type Position,
} from './records.ts';

/** A row of a file, or why it is none, and the position after it. */
export type FileRow = { line: number; end: Position } & ({ row: NumberedRow['row'] } | { fault: RowFault });

/** Opens the file from a byte on. */
export type OpenFile = (from: number) => Promise<AsyncIterable<Uint8Array>>;

type Raw = { line: number; end: Position } & ({ value: Record<string, unknown> } | { fault: RowFault });

/** The rows of a job's file, from the position that it has reached. Nothing is held but one row. */
export async function* readRows(
  job: Pick<ImportJob, 'format' | 'preset' | 'mapping'>,
  open: OpenFile,
  header: Header | null,
  start: Position,
): AsyncGenerator<FileRow> {
  const reading: RecordReading = { preset: job.preset, mapping: job.mapping };
  const raw = job.format === 'csv' ? readCsvRows(reading, open, header, start) : readJsonRows(reading, open, start);
  for await (const { line, end, ...found } of raw)
    yield 'fault' in found ? { line, end, ...found } : { line, end, ...parseRow(found.value) };
}

/** The header of a CSV file, whose columns must hold what every row needs. */
export async function readCheckedHeader(reading: RecordReading, open: OpenFile): Promise<Header> {
  const header = await readHeader(await open(0));
  const missing = findMissingColumn(reading, header.columns);
  if (missing !== undefined)
    throw new UnreadableFile(`The file has no column “${missing}”. Is “${reading.preset}” the right preset?`);
  return header;
}

function parseRow(value: Record<string, unknown>): { row: NumberedRow['row'] } | { fault: RowFault } {
  const parsed = ImportRow.safeParse(value);
  if (parsed.success) return { row: parsed.data };
  const issue = required(parsed.error.issues[0], 'what is refused has an issue');
  if (issue.code !== 'unrecognized_keys') return badField(issue.path, `The value ${issue.message}.`);
  return badField([...issue.path, String(issue.keys[0])], 'There is no such field.');
}

const badField = (path: readonly PropertyKey[], message: string): { fault: RowFault } => ({
  fault: { code: 'bad_field', field: path.join('/'), message },
});

async function* readJsonRows(reading: RecordReading, open: OpenFile, start: Position): AsyncGenerator<Raw> {
  for await (const record of readJsonLines(await open(start.offset), start)) {
    const { from: line, end } = record;
    if (record.kind === 'unreadable') yield { line, end, fault: faultIn(record) };
    else yield { line, end, ...rowOf(reading, record.value) };
  }
}

const faultIn = ({ code, message }: FileRecord & { kind: 'unreadable' }): RowFault => ({ code, field: '', message });

/** A row in this service's own shape stays as it is; one of another product is read by its preset. */
function rowOf(reading: RecordReading, value: unknown): { value: Record<string, unknown> } | { fault: RowFault } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fault: { code: 'unreadable', field: '', message: 'The line is no JSON object.' } };
  if (reading.preset === 'own' && 'licenses' in value) return { value: { ...value } };
  return readFlat(reading, flattenRecord(value));
}

function readFlat(
  reading: RecordReading,
  record: Record<string, string>,
): { value: Record<string, unknown> } | { fault: RowFault } {
  const read = readRecord(reading, record);
  return read.kind === 'row'
    ? { value: read.row }
    : { fault: { code: 'bad_field', field: read.field, message: read.message } };
}

/** The lines of one key so far: one row, and the byte at which it begins. */
type Group = { owner: RecordOwner; from: number; raw: Raw };

/** Lines of one key that follow each other are one row. A fault in one of them is a fault of the row. */
async function* readCsvRows(
  reading: RecordReading,
  open: OpenFile,
  known: Header | null,
  start: Position,
): AsyncGenerator<Raw> {
  const { columns, delimiter } = known ?? (await readCheckedHeader(reading, open));
  let group: Group | undefined;
  let isHeader = start.offset === 0;
  let from = start.offset;
  for await (const record of readCsvLines(await open(start.offset), delimiter, start)) {
    if (!isHeader && record.kind === 'unreadable') {
      if (group) yield group.raw;
      group = undefined;
      yield { line: record.from, end: record.end, fault: faultIn(record) };
    } else if (!isHeader && record.kind === 'cells') {
      const fields = Object.fromEntries(columns.map((name, i) => [name, record.cells[i] ?? '']));
      const owner = readOwner(reading, fields);
      const raw: Raw = { line: record.from, end: record.end, ...readFlat(reading, fields) };
      if (group && isOneKey(group.owner, owner)) group.raw = joinLines(group, raw);
      else {
        if (group) yield group.raw;
        group = { owner, from, raw };
      }
    }
    isHeader = false;
    from = record.end.offset;
  }
  if (group) yield group.raw;
}

const TOO_MANY_LINES: RowFault = {
  code: 'row_too_large',
  field: '',
  message: 'The lines of this key are longer than 1 MB together.',
};

function joinLines({ from, raw }: Group, next: Raw): Raw {
  const { end } = next;
  if ('fault' in raw) return { ...raw, end };
  if ('fault' in next) return next;
  if (end.offset - from > MAX_ROW_BYTES) return { line: raw.line, end, fault: TOO_MANY_LINES };
  return { ...raw, end, value: joinRows(raw.value, next.value) };
}

const isOneKey = (one: RecordOwner, other: RecordOwner): boolean =>
  one.license_key !== '' && one.license_key === other.license_key && one.customer_email === other.customer_email;
