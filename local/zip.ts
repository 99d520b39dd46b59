import { crc32, deflateRawSync } from 'node:zlib';

/** A file of a package. `mode` is its Unix mode; tests change more of an entry by `central`. */
export type ZipFile = {
  path: string;
  content: string | Buffer;
  mode?: number;
  /** Fields of both headers that differ from the content. */
  header?: Partial<Header>;
  /** Fields of the central directory that differ from the local header. */
  central?: Partial<Header>;
};

type Header = { path: string; crc: number; compressed: number; size: number; flags: number };

const UTF8 = 0x0800;
const DEFLATED = 8;
const REGULAR = 0o100644;
/** 1 January 1980, the first day that a zip file can name. */
const DATE = 0x21;

/** Makes a zip file of a few small files, for the demo data and the tests. */
export function buildZip(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  // Tests make packages of thousands of equal files.
  const known = new Map<string | Buffer, Packed>();
  let offset = 0;
  for (const { path, content, mode = REGULAR, header: other, central } of files) {
    const { bytes, ...facts } = known.get(content) ?? pack(content);
    known.set(content, { bytes, ...facts });
    const header = { path, flags: UTF8, compressed: bytes.length, ...facts, ...other };
    const local = Buffer.concat([localHeader(header), bytes]);
    parts.push(local);
    directory.push(centralHeader({ ...header, ...central }, mode, offset));
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  return Buffer.concat([...parts, listed, endOfDirectory(files.length, listed.length, offset)]);
}

type Packed = { bytes: Buffer; crc: number; size: number };

function pack(content: string | Buffer): Packed {
  const plain = Buffer.from(content);
  return { bytes: deflateRawSync(plain), crc: crc32(plain), size: plain.length };
}

function localHeader({ path, crc, compressed, size, flags }: Header): Buffer {
  const name = Buffer.from(path);
  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(0x04034b50, 0);
  fixed.writeUInt16LE(20, 4);
  fixed.writeUInt16LE(flags, 6);
  fixed.writeUInt16LE(DEFLATED, 8);
  fixed.writeUInt16LE(DATE, 12);
  fixed.writeUInt32LE(crc, 14);
  fixed.writeUInt32LE(compressed, 18);
  fixed.writeUInt32LE(size, 22);
  fixed.writeUInt16LE(name.length, 26);
  return Buffer.concat([fixed, name]);
}

function centralHeader({ path, crc, compressed, size, flags }: Header, mode: number, offset: number): Buffer {
  const name = Buffer.from(path);
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(0x02014b50, 0);
  fixed.writeUInt16LE((3 << 8) | 20, 4);
  fixed.writeUInt16LE(20, 6);
  fixed.writeUInt16LE(flags, 8);
  fixed.writeUInt16LE(DEFLATED, 10);
  fixed.writeUInt16LE(DATE, 14);
  fixed.writeUInt32LE(crc, 16);
  fixed.writeUInt32LE(compressed, 20);
  fixed.writeUInt32LE(size, 24);
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt32LE((mode << 16) >>> 0, 38);
  fixed.writeUInt32LE(offset, 42);
  return Buffer.concat([fixed, name]);
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const fixed = Buffer.alloc(22);
  fixed.writeUInt32LE(0x06054b50, 0);
  fixed.writeUInt16LE(count, 8);
  fixed.writeUInt16LE(count, 10);
  fixed.writeUInt32LE(size, 12);
  fixed.writeUInt32LE(offset, 16);
  return fixed;
}
