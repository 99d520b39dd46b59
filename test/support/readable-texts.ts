import type { Vault } from '../../lib/process/vault.ts';
import type { StoredItem } from './whole-table.ts';

/** Every text in these items, decrypted if necessary. */
export function readableTexts(vault: Pick<Vault, 'decrypt'>, items: readonly StoredItem[]): string {
  const opened = (value: unknown, pk: string): unknown => {
    if (typeof value === 'string' && value.startsWith('v1.')) {
      for (const place of [pk, ...items.map((item) => item.pk)]) {
        try {
          return vault.decrypt(value, place);
        } catch {
          continue;
        }
      }
      throw new Error(`a ciphertext at ${pk} opens nowhere`);
    }
    if (Array.isArray(value)) return value.map((inner) => opened(inner, pk));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, opened(inner, pk)]));
  };
  return JSON.stringify(items.map((item) => opened(item, item.pk)));
}
