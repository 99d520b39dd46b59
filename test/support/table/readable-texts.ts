import type { Vault } from '../../../lib/process/vault.ts';
import type { StoredItem } from './whole-table.ts';

/** Texts by ciphertext: a test reads the same items many times. */
const texts = new Map<string, string>();

/** Every text in these items, ciphertexts opened. */
export function readableTexts(vault: Pick<Vault, 'decrypt'>, items: readonly StoredItem[]): string {
  const partitions = [...new Set(items.map(({ pk }) => pk))];
  const opened = (value: unknown, pk: string): unknown => {
    if (typeof value === 'string' && value.startsWith('v1.')) {
      const text = texts.get(value) ?? openSomewhere(vault, value, [pk, ...partitions]);
      texts.set(value, text);
      return text;
    }
    if (Array.isArray(value)) return value.map((inner) => opened(inner, pk));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, opened(inner, pk)]));
  };
  return JSON.stringify(items.map((item) => opened(item, item.pk)));
}

/** A text copied to another item still opens only at the partition that it was encrypted for. */
function openSomewhere(vault: Pick<Vault, 'decrypt'>, value: string, partitions: readonly string[]): string {
  for (const partition of partitions) {
    try {
      return vault.decrypt(value, partition);
    } catch {
      continue;
    }
  }
  throw new Error(`a ciphertext at ${partitions[0] ?? 'no item'} opens nowhere`);
}
