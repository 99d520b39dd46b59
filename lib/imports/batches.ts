import { unpastedKey } from '../domain/pasted.ts';
import { BrokenFile } from './records.ts';
import type { FileRow } from './rows.ts';

/** Rows that are read ahead and written together. */
const BATCH = 100;

/** A key is once in a batch: rows of one key are written one after the other, in the order of the file. */
export async function* readBatches(rows: AsyncIterable<FileRow>): AsyncGenerator<FileRow[]> {
  let batch: FileRow[] = [];
  let keysInBatch = new Set<string>();
  let broken: BrokenFile | undefined;
  try {
    for await (const row of rows) {
      // Two spellings of one key are one key.
      const key = 'row' in row ? unpastedKey(row.row.license_key) : undefined;
      if (batch.length === BATCH || (key !== undefined && keysInBatch.has(key))) {
        yield batch;
        batch = [];
        keysInBatch = new Set();
      }
      batch.push(row);
      if (key !== undefined) keysInBatch.add(key);
    }
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error;
    broken = error;
  }
  if (batch.length > 0) yield batch;
  // The rows before the break are written first, so that a run, its repetition and its undo see the same rows.
  if (broken) throw broken;
}
