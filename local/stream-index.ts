import { DatabaseSync } from 'node:sqlite';

/** The wait for a write of dynoxide itself. */
const LOCKED_MS = 5_000;

/**
 * Adds an index to the SQLite file of dynoxide. At each written item and each read of a stream, dynoxide looks for a
 * sequence number in its stream records. Without the index it reads all of them.
 */
export function indexStreamRecords(databaseFile: string): void {
  const database = new DatabaseSync(databaseFile, { timeout: LOCKED_MS });
  try {
    database.exec(
      'CREATE INDEX IF NOT EXISTS stream_records_in_order ' +
        'ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
    );
  } finally {
    database.close();
  }
}
