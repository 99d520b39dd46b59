import { ImportRow } from '../api/schemas/import-row.ts';
import { findMissingColumn, flattenRecord, joinRows, readRecord, type RecordReading } from '../domain/import-record.ts';
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
  const [issue] = parsed.error.issues;
  const named = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? []);
  const message =
    issue?.code === 'unrecognized_keys' ? 'There is no such field.' : `The value ${issue?.message ?? ''}.`;
  return { fault: { code: 'bad_field', field: named.join('/'), message } };
}

async function* readJsonRows(reading: RecordReading, open: OpenFile, start: Position): AsyncGenerator<Raw> {
  for await (const record of readJsonLines(await open(start.offset), start)) {
    const { from: line, end } = record;
    if (record.kind === 'unreadable') yield { line, end, fault: faultIn(record) };
    else if (record.kind === 'json') yield { line, end, ...rowOf(reading, record.value) };
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

/** Lines of one key that follow each other are one row. */
async function* readCsvRows(
  reading: RecordReading,
  open: OpenFile,
  known: Header | null,
  start: Position,
): AsyncGenerator<Raw> {
  const { columns, delimiter } = known ?? (await readCheckedHeader(reading, open));
  let waiting: (Raw & { value: Record<string, unknown> }) | undefined;
  let isHeader = start.offset === 0;
  for await (const record of readCsvLines(await open(start.offset), delimiter, start)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    if (record.kind !== 'cells') continue;
    const fields = Object.fromEntries(columns.map((name, i) => [name, record.cells[i] ?? '']));
    const next: Raw = { line: record.from, end: record.end, ...readFlat(reading, fields) };
    if (waiting && 'value' in next && isOneKey(waiting.value, next.value)) {
      waiting = { ...waiting, end: next.end, value: joinRows(waiting.value, next.value) };
      continue;
    }
    if (waiting) yield waiting;
    waiting = undefined;
    if ('value' in next) waiting = next;
    else yield next;
  }
  if (waiting) yield waiting;
}

const isOneKey = (one: Record<string, unknown>, other: Record<string, unknown>): boolean =>
  one['license_key'] !== '' &&
  one['license_key'] === other['license_key'] &&
  one['customer_email'] === other['customer_email'];
