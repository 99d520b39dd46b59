import type { RowFault } from '../commands/import/row.ts';
import { isTemporary } from '../dynamo/retrying.ts';

export const INTERNAL_FAULT: RowFault = {
  code: 'internal',
  field: '',
  message: 'The row met a fault of this service. Report it with the id of the import and the line.',
};

/** Errors of AWS that one row may cause. */
const ROW_EXCEPTIONS: ReadonlySet<string> = new Set(['ValidationException', 'TransactionCanceledException']);

/** False for what is true of every row: the table is unavailable, or a permission is missing. */
export const isRowFault = (error: unknown): error is Error =>
  error instanceof Error &&
  !isTemporary(error) &&
  (!error.name.endsWith('Exception') || ROW_EXCEPTIONS.has(error.name));
