import { Readable } from 'node:stream';
import { parse, type Info } from 'csv-parse';
import { MAX_ROW_BYTES } from '../api/schemas/import-row.ts';

/** The place in a file at which a record ends: its last line, and the bytes up to there. */
export type Position = { line: number; offset: number };

/** One record of a file, `from` its first line: a JSON value, the cells of a CSV line, or the reason why it is none. */
export type FileRecord = { from: number; end: Position } & (
  | { kind: 'json'; value: unknown }
  | { kind: 'cells'; cells: readonly string[] }
  | { kind: 'unreadable'; code: 'unreadable' | 'row_too_large'; message: string }
);

/** The whole file cannot be read. */
export class UnreadableFile extends Error {
  override name = 'UnreadableFile';
}

/** The file can be read up to a line. */
export class BrokenFile extends UnreadableFile {}

const NEWLINE = 0x0a;
const BOM = [0xef, 0xbb, 0xbf];
const TOO_LARGE = { kind: 'unreadable', code: 'row_too_large', message: 'The row is longer than 1 MB.' } as const;

type JsonRecord = Exclude<FileRecord, { kind: 'cells' }>;

/** The lines of a file of JSON, each as one record. A line is kept in memory up to the longest row and no further. */
export async function* readJsonLines(bytes: AsyncIterable<Uint8Array>, start: Position): AsyncGenerator<JsonRecord> {
  let { line, offset } = start;
  let parts: Uint8Array[] = [];
  let kept = 0;
  const take = (part: Uint8Array): void => {
    kept += part.length;
    if (kept <= MAX_ROW_BYTES) parts.push(part);
  };
  const finish = (): JsonRecord | undefined => {
    line += 1;
    const record = kept > MAX_ROW_BYTES ? TOO_LARGE : readLine(Buffer.concat(parts), offset === kept);
    parts = [];
    kept = 0;
    return record && { ...record, from: line, end: { line, offset } };
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at + 1));
      offset += at + 1 - from;
      from = at + 1;
      const record = finish();
      if (record) yield record;
    }
    take(chunk.slice(from));
    offset += chunk.length - from;
  }
  const last = kept > 0 ? finish() : undefined;
  if (last) yield last;
}

type LineRecord =
  { kind: 'json'; value: unknown } | { kind: 'unreadable'; code: 'unreadable' | 'row_too_large'; message: string };

/** Undefined for an empty line. */
function readLine(line: Buffer, isFirst: boolean): LineRecord | undefined {
  const bytes = isFirst && BOM.every((byte, i) => line[i] === byte) ? line.subarray(BOM.length) : line;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
    return text === '' ? undefined : { kind: 'json', value: JSON.parse(text) as unknown };
  } catch (error) {
    const isJson = error instanceof SyntaxError;
    const message = isJson ? 'The line is not JSON.' : 'The line is not UTF-8. Save the file as UTF-8.';
    return { kind: 'unreadable', code: 'unreadable', message };
  }
}

/** A header of more columns is no export of licenses. */
const MOST_COLUMNS = 200;
const DELIMITERS = [',', ';', '\t'] as const;
export type Header = { columns: string[]; delimiter: string };

/** A longer row is an open quote: it would be the rest of the file. */
const MOST_READ_BYTES = 32 * MAX_ROW_BYTES;

/** The lines of a CSV file after its header, from a position on. */
export async function* readCsvLines(
  bytes: AsyncIterable<Uint8Array>,
  delimiter: string,
  start: Position,
): AsyncGenerator<FileRecord> {
  let found: { cells: string[]; info: Info }[] = [];
  let broken: Error | undefined;
  const parser = parse({
    delimiter,
    bom: start.offset === 0,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MOST_READ_BYTES,
    // The stream of the parser would drop the lines before a break that nobody has taken yet.
    on_record: (cells: string[], info) => {
      found.push({ cells, info });
      return null;
    },
  });
  parser.on('error', (error) => {
    broken = error;
  });
  parser.resume();
  let end = start;
  const take = function* (): Generator<FileRecord> {
    const taken = found;
    found = [];
    for (const { cells, info } of taken) {
      const from = end.line + 1;
      const size = start.offset + info.bytes - end.offset;
      end = { line: start.line + info.lines, offset: start.offset + info.bytes };
      yield size > MAX_ROW_BYTES ? { ...TOO_LARGE, from, end } : { kind: 'cells', cells, from, end };
    }
    if (broken === undefined) return;
    throw new BrokenFile(
      `The file is not CSV after line ${String(end.line)}: a quote may be open, or a row longer than 32 MB.`,
    );
  };
  for await (const chunk of bytes) {
    await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
    yield* take();
  }
  await new Promise<void>((resolve) => parser.end(() => resolve()));
  yield* take();
}

/** Enough for a header, even one with line breaks in its cells. */
const HEADER_BYTES = 64 * 1024;

/** The first line of a CSV file, read like all others. The delimiter is the one that makes the most columns. */
export async function readHeader(bytes: AsyncIterable<Uint8Array>): Promise<Header> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    parts.push(chunk);
    size += chunk.length;
    if (size >= HEADER_BYTES) break;
  }
  const begin = Buffer.concat(parts).subarray(0, HEADER_BYTES);
  if (begin.toString('utf8').trim() === '') throw new UnreadableFile('The file is empty.');
  let best: Header | undefined;
  for (const delimiter of DELIMITERS) {
    const columns = await readColumns(begin, delimiter);
    if (columns.length > (best?.columns.length ?? 0)) best = { columns, delimiter };
  }
  if (best === undefined) throw new UnreadableFile('The first line is not CSV: a quote may be open.');
  if (best.columns.length > MOST_COLUMNS)
    throw new UnreadableFile(`The first line has more than ${String(MOST_COLUMNS)} columns. It must name the columns.`);
  return best;
}

/** None if the first line cannot be read with this delimiter. */
async function readColumns(begin: Buffer, delimiter: string): Promise<string[]> {
  try {
    const first = await readCsvLines(Readable.from([begin]), delimiter, { line: 0, offset: 0 }).next();
    return first.done === true || first.value.kind !== 'cells' ? [] : first.value.cells.map(nameOf);
  } catch {
    return [];
  }
}

const nameOf = (cell: string): string =>
  cell
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();
