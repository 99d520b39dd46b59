import { normaliseChecked } from '../domain/email.ts';
import type { ImportRow } from '../api/schemas/import-row.ts';
import { failed, type ImportContext, type RowOutcome } from '../commands/import/row.ts';
import { hashKeyText } from '../table/imported-address.ts';

/** The keys of a file that a dry run has met, which writes nothing that could tell it. */
export type SeenKeys = {
  note: (row: ImportRow) => void;
  /** The outcome of a row whose key was noted before; undefined for the first. */
  meet: (row: ImportRow) => RowOutcome | undefined;
};

export function openSeenKeys({ vault, brand }: Pick<ImportContext, 'vault' | 'brand'>): SeenKeys {
  const owners = openHashTable();
  const keyIn = (row: ImportRow): Buffer =>
    Buffer.from(hashKeyText(vault, brand.key_prefix, row.license_key), 'base64url');
  const ownerIn = ({ customer_email }: ImportRow): number =>
    Buffer.from(vault.keyedHash(normaliseChecked(customer_email).email, 'email'), 'base64url').readUInt32LE();
  return {
    note: (row) => {
      if (owners.find(keyIn(row)) === undefined) owners.add(keyIn(row), ownerIn(row));
    },
    meet: (row) => {
      const owner = owners.find(keyIn(row));
      if (owner === undefined) return undefined;
      if (owner === ownerIn(row)) return { kind: 'unchanged', writes: 0, notes: [] };
      return failed('key_twice_in_file', 'customer_email', 'The key belongs to another customer.');
    },
  };
}

type HashTable = { find: (key: Buffer) => number | undefined; add: (key: Buffer, value: number) => void };

/** Two numbers of a key's hash and one of its owner's, at most half full. */
const CELLS = 3;
const FIRST_SLOTS = 1024;

/**
 * Keeps 64 bits of each hash in 24 to 48 bytes, outside the heap: a million keys make a false duplicate once in forty
 * million files.
 */
function openHashTable(): HashTable {
  let slots = FIRST_SLOTS;
  let cells = new Uint32Array(CELLS * slots);
  let count = 0;
  const slotFor = (low: number, high: number): number => {
    let slot = low % slots;
    while (cells[CELLS * slot] !== 0 && (cells[CELLS * slot] !== low || cells[CELLS * slot + 1] !== high))
      slot = (slot + 1) % slots;
    return CELLS * slot;
  };
  const grow = (): void => {
    const old = cells;
    slots *= 2;
    cells = new Uint32Array(CELLS * slots);
    for (let at = 0; at < old.length; at += CELLS) {
      const [low, high] = [Number(old[at]), Number(old[at + 1])];
      if (low !== 0) cells.set(old.subarray(at, at + CELLS), slotFor(low, high));
    }
  };
  return {
    find: (key) => {
      const [low, high] = numbersIn(key);
      const at = slotFor(low, high);
      return cells[at] === 0 ? undefined : cells[at + 2];
    },
    add: (key, value) => {
      if (2 * count >= slots) grow();
      const [low, high] = numbersIn(key);
      cells.set([low, high, value], slotFor(low, high));
      count += 1;
    },
  };
}

/** 0 marks a free slot. */
const numbersIn = (key: Buffer): [number, number] => [key.readUInt32LE() || 1, key.readUInt32LE(4)];
