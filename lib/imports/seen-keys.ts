import { normaliseEmail } from '../domain/email.ts';
import type { ImportRow } from '../api/schemas/import-row.ts';
import { failed, type ImportContext, type RowOutcome } from '../commands/import/row.ts';
import { hashKeyText } from '../table/imported-address.ts';

/** 66 bits of a hash: a million keys make a false duplicate once in a hundred million files. */
const KEPT = 11;

/** The keys of a file that a dry run has met, which writes nothing that could tell it. */
export type SeenKeys = {
  note: (row: ImportRow) => void;
  /** The outcome of a row whose key was met before; undefined for the first. */
  meet: (row: ImportRow) => RowOutcome | undefined;
};

export function openSeenKeys({ vault, brand }: Pick<ImportContext, 'vault' | 'brand'>): SeenKeys {
  const owners = new Map<string, string>();
  const keyIn = (row: ImportRow): string => hashKeyText(vault, brand.key_prefix, row.license_key).slice(0, KEPT);
  const ownerIn = ({ customer_email }: ImportRow): string =>
    vault.keyedHash(normaliseEmail(customer_email)?.email ?? '', 'email').slice(0, KEPT);
  return {
    note: (row) => {
      if (!owners.has(keyIn(row))) owners.set(keyIn(row), ownerIn(row));
    },
    meet: (row) => {
      const owner = owners.get(keyIn(row));
      if (owner === undefined) {
        owners.set(keyIn(row), ownerIn(row));
        return undefined;
      }
      if (owner === ownerIn(row)) return { kind: 'unchanged', writes: 0, notes: [] };
      return failed('key_twice_in_file', 'customer_email', 'The key belongs to another customer.');
    },
  };
}
