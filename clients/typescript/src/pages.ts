/** A page of a list: its entries under the name of their kind, and the cursor of the next page. */
export type Page = { next_cursor?: string | null };

/** The entries of a page: its only array. */
export type EntryOf<P> = { [Name in keyof P]: P[Name] extends readonly (infer Entry)[] ? Entry : never }[keyof P];

/** Every entry of a list, which is fetched page by page while it is read. */
export type Pages<P> = AsyncIterable<EntryOf<P>> & {
  pages: () => AsyncIterable<P>;
  /** All entries, or as many as `most`. */
  toArray: (most?: number) => Promise<EntryOf<P>[]>;
};

export function openPages<P>(fetchPage: (cursor: string | undefined) => Promise<P>): Pages<P> {
  async function* pages(): AsyncGenerator<P> {
    for (let cursor: string | undefined; ;) {
      const page = await fetchPage(cursor);
      yield page;
      const { next_cursor: next } = page as Page;
      if (typeof next !== 'string' || next === '' || next === cursor) return;
      cursor = next;
    }
  }
  async function* entries(): AsyncGenerator<EntryOf<P>> {
    for await (const page of pages()) yield* (Object.values(page as object).find(Array.isArray) ?? []) as EntryOf<P>[];
  }
  return {
    pages,
    [Symbol.asyncIterator]: entries,
    toArray: async (most = Infinity) => {
      const found: EntryOf<P>[] = [];
      if (most <= 0) return found;
      for await (const entry of entries()) {
        found.push(entry);
        if (found.length >= most) break;
      }
      return found;
    },
  };
}
