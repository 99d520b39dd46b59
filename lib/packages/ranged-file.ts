import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

/** A file of which any part can be read. */
export type RangedFile = { size: number; read: (from: number, to: number) => Promise<Buffer> };

const BLOCK_BYTES = 4 * 1024 * 1024;
/** 16 MB, whatever the size of the file. */
const MOST_BLOCKS = 4;

/** Reads a file in blocks and keeps the last few: the parts of a package are read in the order in which they stand. */
export function openInBlocks({ size, read }: RangedFile): RangedFile {
  const kept = new Map<number, Promise<Buffer>>();
  const block = (index: number): Promise<Buffer> => {
    const from = index * BLOCK_BYTES;
    const found = kept.get(index) ?? read(from, Math.min(from + BLOCK_BYTES, size));
    kept.delete(index);
    kept.set(index, found);
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST_BLOCKS))) kept.delete(oldest);
    return found;
  };
  return {
    size,
    read: async (from, to) => {
      const parts: Buffer[] = [];
      for (let at = from; at < to; at = nextBlock(at)) {
        const start = at - (at % BLOCK_BYTES);
        parts.push((await block(start / BLOCK_BYTES)).subarray(at - start, to - start));
      }
      return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    },
  };
}

const nextBlock = (at: number): number => at - (at % BLOCK_BYTES) + BLOCK_BYTES;

/** The whole file, one block after the other. */
export async function* readInOrder(file: RangedFile, from = 0, to = file.size): AsyncGenerator<Buffer> {
  for (let at = from; at < to; at = nextBlock(at)) yield await file.read(at, Math.min(nextBlock(at), to));
}

/** The file as the reader of zip files wants it. */
export class ZipReader extends RandomAccessReader {
  readonly #file: RangedFile;

  constructor(file: RangedFile) {
    super();
    this.#file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(readInOrder(this.#file, start, end), { objectMode: false });
  }
}
