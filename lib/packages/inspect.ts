import { createHash } from 'node:crypto';
import { HEADER_BYTES, readHeader, type PackageHeader } from '../domain/plugin-header.ts';
import { readReadme, type Readme } from '../domain/readme.ts';
import type { ReleaseTexts, WordPressProduct } from '../domain/release.ts';
import { readZip, type PackageFiles } from './read-zip.ts';
import { openInBlocks, readInOrder, type RangedFile } from './ranged-file.ts';

/** The requirements of a release and its product on the package. */
export type ExpectedPackage = {
  version: string;
  slug: string;
  wordpress: WordPressProduct | null;
};

export type AcceptedPackage = ReleaseTexts & { size: number; sha256: string; sha1: string };
export type Inspection = { kind: 'accepted'; facts: AcceptedPackage } | { kind: 'refused'; errors: string[] };

const README_BYTES = 512 * 1024;

/** Reads a package as a whole and decides whether a release may have it. It takes some 20 MB of memory for any size. */
export async function inspectPackage(whole: RangedFile, expected: ExpectedPackage): Promise<Inspection> {
  const file = openInBlocks(whole);
  const zip = await readZip(file, (path, folder) => countNeededBytes(path.slice(folder.length + 1)));
  if (zip.kind === 'refused') return zip;
  const { folder, files } = zip;
  const wanted = expected.wordpress?.folder ?? expected.slug;
  if (folder !== wanted) return refused(`The top folder is “${folder}”, and the product’s is “${wanted}”.`);
  const header = findHeader(files, folder, expected.wordpress);
  if (typeof header === 'string') return refused(header);
  if (header.version !== expected.version)
    return refused(`The package is of version ${header.version ?? 'nothing'}, and the release of ${expected.version}.`);
  const readme = findReadme(files, folder, expected.version);
  if (typeof readme === 'string') return refused(readme);
  return { kind: 'accepted', facts: { ...textsIn(header, readme), ...(await hashFile(file)), size: file.size } };
}

const refused = (...errors: string[]): Inspection => ({ kind: 'refused', errors });

/** Reads, of the files in the top folder itself, the header's bytes of PHP and style sheets, and a whole readme. */
function countNeededBytes(name: string): number {
  if (/^readme\.txt$/i.test(name)) return README_BYTES;
  return /^[^/]+\.php$/i.test(name) || name === 'style.css' ? HEADER_BYTES : 0;
}

/** The header, or why there is none. Without a named file, any file of a plugin's top folder may have it. */
function findHeader(files: PackageFiles, folder: string, wordpress: WordPressProduct | null): PackageHeader | string {
  const type = wordpress?.type ?? 'plugin';
  const named = type === 'theme' ? 'style.css' : wordpress?.file;
  const candidates = [...files].filter(([path]) =>
    named === undefined ? path.toLowerCase().endsWith('.php') : path === `${folder}/${named}`,
  );
  for (const [path, bytes] of candidates) {
    const header = readHeader(bytes.toString('latin1'), type);
    if (header === undefined) continue;
    const text = decodeStart(bytes);
    return text === undefined
      ? `The header in “${path}” is not in UTF-8.`
      : (readHeader(text, type) ?? `The header in “${path}” cannot be read.`);
  }
  return `The package has no ${type} header${named === undefined ? '' : ` in “${folder}/${named}”`}.`;
}

function findReadme(files: PackageFiles, folder: string, version: string): Readme | undefined | string {
  const found = [...files].find(([path]) => path.toLowerCase() === `${folder.toLowerCase()}/readme.txt`);
  if (found === undefined) return undefined;
  const text = decodeStart(found[1]);
  return text === undefined ? `“${found[0]}” is not in UTF-8.` : readReadme(text, version);
}

/** Decodes the beginning of a file, whose last character may be cut; undefined if it is not UTF-8. */
function decodeStart(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

/** The header comes first: it is the file that WordPress itself obeys. */
function textsIn(header: PackageHeader, readme: Readme | undefined): ReleaseTexts {
  return {
    name: header.name,
    requires: header.requires ?? readme?.requires ?? null,
    tested: header.tested ?? readme?.tested ?? null,
    requires_php: header.requires_php ?? readme?.requires_php ?? null,
    sections: readme?.sections ?? {},
    upgrade_notice: readme?.upgrade_notice ?? null,
  };
}

async function hashFile(file: RangedFile): Promise<{ sha256: string; sha1: string }> {
  const [sha256, sha1] = [createHash('sha256'), createHash('sha1')];
  for await (const part of readInOrder(file)) {
    sha256.update(part);
    sha1.update(part);
  }
  return { sha256: sha256.digest('hex'), sha1: sha1.digest('hex') };
}
