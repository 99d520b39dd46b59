import { DatabaseSync } from 'node:sqlite';

/**
 * Adds an index to the SQLite file of dynoxide. At each written item and each read of a stream, dynoxide looks for a
 * sequence number in its stream records. Without the index it reads all of them.
 */
export function indexStreamRecords(databaseFile: string): void {
  const database = new DatabaseSync(databaseFile);
  database.exec(
    'CREATE INDEX IF NOT EXISTS stream_records_in_order ' +
      'ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
  );
  database.close();
}
