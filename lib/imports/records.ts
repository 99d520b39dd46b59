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

/** The lines of a file of JSON, each as one record. A line is kept in memory up to the longest row and no further. */
export async function* readJsonLines(bytes: AsyncIterable<Uint8Array>, start: Position): AsyncGenerator<FileRecord> {
  let { line, offset } = start;
  let parts: Uint8Array[] = [];
  let kept = 0;
  const take = (part: Uint8Array): void => {
    kept += part.length;
    if (kept <= MAX_ROW_BYTES) parts.push(part);
  };
  const finish = (): FileRecord | undefined => {
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
    max_record_size: MAX_ROW_BYTES,
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
  let line = start.line;
  const take = function* (): Generator<FileRecord> {
    const taken = found;
    found = [];
    for (const { cells, info } of taken) {
      const end = { line: start.line + info.lines, offset: start.offset + info.bytes };
      yield { kind: 'cells', cells, from: line + 1, end };
      line = end.line;
    }
    if (broken === undefined) return;
    if (!('code' in broken) || !String(broken.code).startsWith('CSV_')) throw broken;
    throw new BrokenFile(
      `The file is not CSV after line ${String(line)}: a quote may be open, or a row longer than 1 MB.`,
    );
  };
  for await (const chunk of bytes) {
    await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
    yield* take();
  }
  await new Promise<void>((resolve) => parser.end(() => resolve()));
  yield* take();
}

/** The first line of a CSV file. The delimiter is the one that makes the most columns. */
export async function readHeader(bytes: AsyncIterable<Uint8Array>): Promise<Header> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    parts.push(chunk);
    size += chunk.length;
    if (chunk.includes(NEWLINE) || size > MAX_ROW_BYTES) break;
  }
  const text = new TextDecoder('utf-8').decode(Buffer.concat(parts));
  if (size === 0 || text.trim() === '') throw new UnreadableFile('The file is empty.');
  const [first = ''] = text.slice(0, MAX_ROW_BYTES).split(/\r?\n|\r/, 1);
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, columns: splitHeader(first, delimiter) }));
  const [best] = counted.toSorted((a, b) => b.columns.length - a.columns.length);
  if (best === undefined || best.columns.length > MOST_COLUMNS)
    throw new UnreadableFile(`The first line has more than ${String(MOST_COLUMNS)} columns. It must name the columns.`);
  return best;
}

const splitHeader = (line: string, delimiter: string): string[] =>
  line.split(delimiter).map((name) =>
    name
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
