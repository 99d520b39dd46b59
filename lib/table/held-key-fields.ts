import type { LicenseKey } from './license-keys.ts';

/** The fields of a per-customer key that a purchase needs, with the tags of the products on it. */
export type HeldKey = Pick<LicenseKey, 'id' | 'partition' | 'text_cipher' | 'created_at'> & {
  tags: string[];
  /**
   * Tags of products that it held before. Their licenses may have the keys at which a new one would be guessed first.
   */
  left: string[];
};

type StoredKeys = Record<string, Omit<HeldKey, 'id' | 'tags' | 'left'> & { tags: Record<string, boolean> }>;

/** Newest first: the id of a key begins with its creation time. */
export function parseHeldKeys(stored: StoredKeys): HeldKey[] {
  const held = Object.entries(stored).map(([id, { tags, ...key }]): HeldKey => {
    const withState = (isHeld: boolean): string[] => Object.keys(tags).filter((tag) => tags[tag] === isHeld);
    return { id, ...key, tags: withState(true), left: withState(false) };
  });
  return held.sort((a, b) => (a.id < b.id ? 1 : -1));
}

export const storedKeys = (held: readonly HeldKey[]): StoredKeys =>
  Object.fromEntries(
    held.map(({ id, tags, left, ...key }) => {
      const states = [...tags.map((tag) => [tag, true]), ...left.map((tag) => [tag, false])] as [string, boolean][];
      return [id, { ...key, tags: Object.fromEntries(states) }];
    }),
  );
