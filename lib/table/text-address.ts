import type { Table } from '../dynamo/table.ts';
import type { Vault } from '../process/vault.ts';
import type { FailureContext } from './failures.ts';

export type AddressContext = FailureContext & {
  table: (...owners: string[]) => Table<'BatchGetItem' | 'UpdateItem'>;
  openVault: () => Promise<Pick<Vault, 'keyedHash'>>;
};

/** The brand of a key, and the hash under which its text is stored. */
export type TextAddress = { brand: string; hash: string };
