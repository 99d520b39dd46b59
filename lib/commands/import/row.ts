import type { ImportRow } from '../../api/schemas/import-row.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Brand } from '../../table/brands.ts';
import type { Actor } from '../../table/journal.ts';
import type { Product } from '../../table/products.ts';
import type { Vault } from '../../process/vault.ts';
import type { Table } from '../../dynamo/table.ts';

/** A row of an import's file: one license key, and the line on which it begins. */
export type NumberedRow = { line: number; row: ImportRow };

/** The reason why a row was not written. `field` is a path in the row. It repeats no key text and no e-mail. */
export type RowFault = { code: RowFaultCode; field: string; message: string };
export type RowFaultCode =
  | 'bad_field'
  | 'product_unknown'
  | 'product_twice'
  | 'key_too_short'
  | 'key_in_other_spelling'
  | 'key_of_another_customer'
  | 'key_twice_in_file'
  | 'key_exists'
  | 'external_id_taken'
  | 'status_differs_from_expiry'
  | 'cannot_cancel'
  | 'too_many_licenses'
  | 'unreadable'
  | 'row_too_large'
  | 'internal';

/** A thing in a row that was imported and is worth a look. */
export type RowNote = { code: 'site_twice' | 'cancelled_left_out'; field: string; message: string };

export type RowOutcome =
  | {
      kind: 'created' | 'updated' | 'unchanged';
      /** Items; and in a dry run, the write units that they would cost. */
      writes: number;
      units?: number;
      notes: readonly RowNote[];
    }
  | { kind: 'failed'; fault: RowFault };

export const failed = (code: RowFaultCode, field: string, message: string): RowOutcome & { kind: 'failed' } => ({
  kind: 'failed',
  fault: { code, field, message },
});

export type OnConflict = 'skip' | 'update' | 'fail';

/** All that the rows of one run share. */
export type ImportContext = {
  importId: string;
  brand: Pick<Brand, 'key_prefix' | 'settings'>;
  table: Table;
  vault: Vault;
  nowMs: number;
  actor: Actor;
  requestId: string;
  /** No endpoint gets the events of the run. */
  silent: boolean;
  onConflict: OnConflict;
  /** Decides everything and writes nothing. */
  dryRun: boolean;
  defaults: { product?: string | undefined; policy?: Policy | undefined };
  findProduct: (name: string) => Product | undefined;
  /** The slug that a mistyped product probably means. */
  suggestProduct: (name: string) => string | undefined;
};
