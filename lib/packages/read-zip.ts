import { crc32 } from 'node:zlib';
import {
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  validateFileName,
  type Entry,
  type LocalFileHeader,
  type ZipFile,
} from 'yauzl';
import { CONTROLS } from '../domain/unicode-pattern.ts';
import { Unavailable } from '../process/outage.ts';
import { ObjectGone } from './bucket.ts';
import { ZipReader, type RangedFile } from './ranged-file.ts';

const CONTROL = new RegExp(`[${CONTROLS}]`, 'g');
const CONTROL_OR_COLON = new RegExp(`[${CONTROLS}:]`);
const MOST_FILES = 10_000;
const MOST_BYTES = 500 * 1024 * 1024;
const MOST_RATIO = 200;
/** A small package may well pack better than that: a bomb is one that unpacks to much. */
const RATIO_FROM_BYTES = 1024 * 1024;

/** The beginnings of the files whose texts are needed, by their paths in the package. */
export type PackageFiles = ReadonlyMap<string, Buffer>;

/** The package as far as it is sound: its only top folder, and the files asked for; or why it is refused. */
export type ReadZip = { kind: 'read'; folder: string; files: PackageFiles } | { kind: 'refused'; errors: string[] };

/** A reason to refuse a package. */
class Unsound extends Error {}

type Item = { entry: Entry; path: string };

/**
 * Reads a zip file part by part and unpacks each file, without keeping it, up to its declared size. So what is accepted
 * unpacks the same for everybody. `keepBytes` says how much of a file is kept.
 */
export async function readZip(file: RangedFile, keepBytes: (path: string, folder: string) => number): Promise<ReadZip> {
  try {
    const zip = await fromRandomAccessReaderPromise(new ZipReader(file), file.size, {
      autoClose: false,
      decodeStrings: false,
    });
    const items = await listItems(zip, file.size);
    const folder = findTopFolder(items);
    const files = await unpackAll(zip, items, (path) => keepBytes(path, folder));
    return { kind: 'read', folder, files };
  } catch (error) {
    if (error instanceof Unavailable || error instanceof ObjectGone) throw error;
    if (error instanceof Error && error.name === 'AbortError') throw error;
    if (error instanceof Unsound) return { kind: 'refused', errors: [error.message] };
    return { kind: 'refused', errors: ['The file is no zip file that can be unpacked.'] };
  }
}

/** The central directory, checked before anything is unpacked. */
async function listItems(zip: ZipFile, size: number): Promise<Item[]> {
  if (zip.entryCount > MOST_FILES) throw new Unsound('The package has more than 10,000 files.');
  const items: Item[] = [];
  const seen = new Set<string>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    const path = readPath(entry);
    assertPlain(entry, path);
    const folded = path.toLowerCase();
    if (seen.has(folded)) throw new Unsound(`The package has the file ${shown(path)} twice.`);
    seen.add(folded);
    total += entry.uncompressedSize;
    if (total > MOST_BYTES) throw new Unsound('The package unpacks to more than 500 MB.');
    items.push({ entry, path });
  }
  if (items.length === 0) throw new Unsound('The package is empty.');
  if (total > RATIO_FROM_BYTES && total > size * MOST_RATIO)
    throw new Unsound('The package unpacks to more than 200 times its size.');
  return items.sort((a, b) => a.entry.relativeOffsetOfLocalHeader - b.entry.relativeOffsetOfLocalHeader);
}

function readPath(entry: Entry): string {
  const path = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  const wrong = validateFileName(path);
  const parts = path.replace(/\/$/, '').split('/');
  if (wrong !== null || CONTROL_OR_COLON.test(path) || parts.some((part) => ['', '.', '..'].includes(part)))
    throw new Unsound(`The path ${shown(path)} leaves the folder, or is no plain path.`);
  return path;
}

const FILE_KIND = 0o170000;
const REGULAR = [0, 0o100000, 0o040000];

/** A link, a device, an encrypted file or an unusual compression. */
function assertPlain(entry: Entry, path: string): void {
  const kind = (entry.externalFileAttributes >>> 16) & FILE_KIND;
  if (!REGULAR.includes(kind)) throw new Unsound(`${shown(path)} is a link or a special file. Packages have none.`);
  if (!entry.canDecodeFileData()) throw new Unsound(`${shown(path)} is encrypted, or packed in an unusual way.`);
}

function findTopFolder(items: readonly Item[]): string {
  const tops = new Set(items.map(({ path }) => path.split('/', 1).join('')));
  const isFolder = items.every(({ path }) => path.includes('/'));
  const [folder] = tops;
  if (tops.size !== 1 || folder === undefined || !isFolder)
    throw new Unsound('The package must have everything in one top folder, and nothing beside it.');
  return folder;
}

async function unpackAll(
  zip: ZipFile,
  items: readonly Item[],
  keepBytes: (path: string) => number,
): Promise<PackageFiles> {
  const kept = new Map<string, Buffer>();
  let end = 0;
  for (const { entry, path } of items) {
    const local = await zip.readLocalFileHeaderPromise(entry);
    if (entry.relativeOffsetOfLocalHeader < end) throw new Unsound(`${shown(path)} overlaps another file.`);
    end = local.fileDataStart + entry.compressedSize;
    if (!isSameHeader(entry, local)) throw new Unsound(`${shown(path)} has two headers that disagree.`);
    if (path.endsWith('/')) continue;
    kept.set(path, await unpack(zip, { entry, path }, keepBytes(path)));
  }
  return new Map([...kept].filter(([path]) => keepBytes(path) > 0));
}

const HAS_DESCRIPTOR = 0b1000;
const IN_ZIP64 = 0xffffffff;

/** Sizes and checksum stand behind the file where the local header says so, and then it has none of them. */
function isSameHeader(entry: Entry, local: LocalFileHeader): boolean {
  const sizes = ['compressedSize', 'uncompressedSize'] as const;
  const isDescribed = (local.generalPurposeBitFlag & HAS_DESCRIPTOR) !== 0;
  return (
    local.fileName.equals(entry.fileNameRaw) &&
    local.compressionMethod === entry.compressionMethod &&
    (isDescribed || local.crc32 === entry.crc32) &&
    sizes.every((name) => local[name] === entry[name] || local[name] === IN_ZIP64 || (isDescribed && local[name] === 0))
  );
}

/** Unpacks one file and returns its beginning. The reader ends with an error at a size other than the declared one. */
async function unpack(zip: ZipFile, { entry, path }: Item, keep: number): Promise<Buffer> {
  const beginning: Buffer[] = [];
  let missing = keep;
  let sum = 0;
  const stream = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum);
    if (missing > 0) beginning.push(Buffer.from(chunk.subarray(0, missing)));
    missing -= chunk.length;
  }
  if (sum !== entry.crc32) throw new Unsound(`${shown(path)} is damaged: its checksum is another one.`);
  return Buffer.concat(beginning);
}

const shown = (path: string): string => `“${path.replaceAll(CONTROL, '?').slice(0, 100)}”`;
