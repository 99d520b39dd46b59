import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { CopyObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { openBucket } from '../../lib/packages/bucket.ts';
import { inspectPackage, type ExpectedPackage } from '../../lib/packages/inspect.ts';
import { openInBlocks, type RangedFile } from '../../lib/packages/ranged-file.ts';
import { buildZip, type ZipFile } from '../../local/zip.ts';
import { pluginZip } from '../support/service/packages.ts';

const expected: ExpectedPackage = { version: '1.0', slug: 'rocket', wordpress: null };
const inMemory = (zip: Buffer): RangedFile => ({
  size: zip.length,
  read: (from, to) => Promise.resolve(zip.subarray(from, to)),
});
const inspect = (zip: Buffer, changes: Partial<ExpectedPackage> = {}) =>
  inspectPackage(inMemory(zip), { ...expected, ...changes });
/** The only error of a refused package. */
const errorOf = async (zip: Buffer, changes: Partial<ExpectedPackage> = {}): Promise<string> => {
  const found = await inspect(zip, changes);
  return found.kind === 'refused' ? found.errors.join(' ') : found.kind;
};
const plugin = (...more: ZipFile[]): Buffer => pluginZip('rocket', '1.0', more);
const header = (text: string | Buffer, path = 'rocket/rocket.php'): Buffer => buildZip([{ path, content: text }]);

describe('a package is accepted', () => {
  test('with its hashes, its size and the texts of its header and readme', async () => {
    const zip = plugin({ path: 'rocket/lib/deep/file.php', content: '<?php' });
    expect(await inspect(zip)).toEqual({
      kind: 'accepted',
      facts: {
        name: 'rocket',
        requires: '6.0',
        tested: '6.8',
        requires_php: '7.4',
        sections: { description: '<p>Fast.</p>', changelog: '<h4>1.0</h4>\n<ul>\n<li>Better.</li>\n</ul>' },
        upgrade_notice: null,
        size: zip.length,
        sha256: createHash('sha256').update(zip).digest('hex'),
        sha1: createHash('sha1').update(zip).digest('hex'),
      },
    });
  });

  test('as a theme, by its style sheet', async () => {
    const zip = header('/*\nTheme Name: Rocket\nVersion: 1.0\n*/', 'rocket/style.css');
    const wordpress = { type: 'theme', folder: 'rocket' } as const;
    expect(await inspect(zip, { wordpress })).toMatchObject({ kind: 'accepted', facts: { name: 'Rocket' } });
    expect(await errorOf(zip)).toBe('The package has no plugin header.');
  });

  test('with folders as entries, and with a header in any file of its folder', async () => {
    const zip = buildZip([
      { path: 'rocket/', content: '', mode: 0o040755 },
      { path: 'rocket/other.php', content: '<?php // nothing' },
      { path: 'rocket/main.php', content: '<?php\r\n# Plugin Name: R */ ?>\r\n# Version:1.0\r\n' },
    ]);
    expect(await inspect(zip)).toMatchObject({ kind: 'accepted', facts: { name: 'R' } });
  });

  test('by the folder and file of its product', async () => {
    const wordpress = { type: 'plugin', folder: 'rocket', file: 'rocket.php' } as const;
    expect(await inspect(plugin(), { slug: 'other', wordpress })).toMatchObject({ kind: 'accepted' });
    expect(await errorOf(plugin(), { wordpress: { ...wordpress, file: 'main.php' } })).toBe(
      'The package has no plugin header in “rocket/main.php”.',
    );
  });
});

describe('a package is refused', () => {
  test.each([
    [
      'whose path leaves the folder',
      { path: 'rocket/../../evil.php', content: 'x' },
      /“rocket\/..\/..\/evil.php” leaves/,
    ],
    ['with an absolute path', { path: '/etc/passwd', content: 'x' }, /“\/etc\/passwd” leaves/],
    ['with a drive of Windows', { path: 'rocket/C:/x.php', content: 'x' }, /leaves/],
    ['with an empty part of a path', { path: 'rocket//x.php', content: 'x' }, /leaves/],
    ['with a backslash that leaves the folder', { path: 'rocket\\..\\..\\x.php', content: 'x' }, /leaves/],
    [
      'with a symbolic link',
      { path: 'rocket/link', content: '/etc/passwd', mode: 0o120777 },
      /“rocket\/link” is a link/,
    ],
    ['with a device', { path: 'rocket/null', content: '', mode: 0o020666 }, /is a link or a special file/],
    [
      'with an encrypted file',
      { path: 'rocket/a', content: 'x', header: { flags: 1 } },
      /“rocket\/a” is encrypted, or packed in an unusual way/,
    ],
    ['with a damaged file', { path: 'rocket/a', content: 'x', header: { crc: 1 } }, /“rocket\/a” is damaged/],
    [
      'with a size that its header leaves open and its directory does not have',
      { path: 'rocket/a', content: 'xyz', header: { size: 0, flags: 8 }, central: { size: 2 } },
      /./,
    ],
    ['with two top folders', { path: '__MACOSX/x', content: '' }, /one top folder/],
    ['with a file beside its folder', { path: 'readme.txt', content: '' }, /one top folder/],
    ['with a file twice', { path: 'rocket/Rocket.php', content: 'x' }, /twice/],
    [
      'with another name in its directory',
      { path: 'rocket/a', content: 'x', central: { path: 'rocket/b' } },
      /headers that disagree/,
    ],
    [
      'with another checksum in its directory',
      { path: 'rocket/a', content: 'x', central: { crc: 1 } },
      /headers that disagree/,
    ],
    [
      'with another size in its directory',
      { path: 'rocket/a', content: 'xyz', central: { size: 2 } },
      /headers that disagree/,
    ],
  ] as [string, ZipFile, RegExp][])('%s', async (_, file, reason) => {
    expect(await errorOf(plugin(file))).toMatch(reason);
  });

  test('whose folder is not the product’s', async () => {
    expect(await errorOf(pluginZip('other', '1.0'))).toBe('The top folder is “other”, and the product’s is “rocket”.');
  });

  test('whose version is not the release’s, or has none', async () => {
    expect(await errorOf(pluginZip('rocket', '1.0.0'))).toBe(
      'The package is of version 1.0.0, and the release of 1.0.',
    );
    expect(await errorOf(header('<?php\n/* Plugin Name: R */'))).toMatch(/of version nothing/);
  });

  test('without a header', async () => {
    expect(await errorOf(header('<?php echo 1;'))).toBe('The package has no plugin header.');
    expect(await errorOf(header('<?php\n/* Plugin Name: R\n * Version: 1.0 */', 'rocket/lib/deep.php'))).toBe(
      'The package has no plugin header.',
    );
  });

  test('whose header or readme is not UTF-8', async () => {
    const latin = Buffer.from('<?php\n/* Plugin Name: R\xe9\n * Version: 1.0 */', 'latin1');
    expect(await errorOf(header(latin))).toBe('The header in “rocket/rocket.php” is not in UTF-8.');
    const unseen = header('<?php\n/* Plugin Name: \u00a0\n * Version: 1.0 */');
    expect(await errorOf(unseen)).toBe('The header in “rocket/rocket.php” cannot be read.');
    const readme = { path: 'rocket/README.txt', content: Buffer.from([0x3d, 0xff, 0xfe]) };
    const main = { path: 'rocket/r.php', content: '<?php\n/* Plugin Name: R\nVersion: 1.0 */' };
    expect(await errorOf(buildZip([main, readme]))).toBe('“rocket/README.txt” is not in UTF-8.');
  });

  test.each([
    ['no zip file', Buffer.from('hello'), 'The file is no zip file that can be unpacked.'],
    ['empty', buildZip([]), 'The package is empty.'],
    ['cut short', plugin().subarray(0, -30), 'The file is no zip file that can be unpacked.'],
  ])('that is %s', async (_, zip, reason) => {
    expect(await errorOf(zip)).toBe(reason);
  });

  test('whose content is damaged', async () => {
    const content = 'abcdefgh'.repeat(50);
    const zip = plugin({ path: 'rocket/a', content });
    const at = zip.indexOf(deflateRawSync(Buffer.from(content)));
    zip.writeUInt8(zip.readUInt8(at + 4) ^ 0x55, at + 4);
    expect(await errorOf(zip)).toMatch(/damaged|cannot? be unpacked|no zip file that can be unpacked/);
  });

  test('with more than 10,000 files, before any is read', async () => {
    const zip = buildZip(Array.from({ length: 10_001 }, (_, i) => ({ path: `rocket/${i}`, content: '' })));
    expect(await errorOf(zip)).toBe('The package has more than 10,000 files.');
  });
});

describe('a bomb', () => {
  test('of 10 GB of zeros is refused by what its directory says, without unpacking it', async () => {
    const zeros = { path: 'rocket/zeros', content: '', central: { size: 0xfffffffe } };
    expect(await errorOf(plugin(zeros, { ...zeros, path: 'rocket/more' }))).toBe(
      'The package unpacks to more than 500 MB.',
    );
  });

  test('that unpacks to more than 200 times its size is refused', async () => {
    const zip = plugin({ path: 'rocket/zeros', content: Buffer.alloc(30_000_000) });
    expect(await errorOf(zip)).toBe('The package unpacks to more than 200 times its size.');
  });

  test('that declares less than it unpacks to is refused at its declared size', async () => {
    const content = Buffer.alloc(5_000_000);
    const zip = plugin({ path: 'rocket/zeros', content, central: { size: 10 } });
    // The local header says the same.
    const at = zip.indexOf('rocket/zeros') - 30;
    zip.writeUInt32LE(10, at + 22);
    expect(await errorOf(zip)).toBe('The file is no zip file that can be unpacked.');
  });

  test('of files that overlap is refused', async () => {
    const zip = plugin({ path: 'rocket/a', content: 'aaaa' }, { path: 'rocket/b', content: 'aaaa' });
    const second = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    const first = zip.indexOf('rocket/a') - 30;
    zip.writeUInt32LE(first, second + 42);
    expect(await errorOf(zip)).toMatch(/overlaps|disagree/);
  });
});

test('a package whose reading is given up is not refused', async () => {
  const given = Object.assign(new Error('given up'), { name: 'AbortError' });
  const file = { size: 1000, read: () => Promise.reject(given) };
  await expect(inspectPackage(file, expected)).rejects.toBe(given);
});

test('a package of 100 MB is read in parts, and takes less than 100 MB of memory', async () => {
  // Noise of a fixed kind, that no compression shortens.
  const block = Buffer.alloc(1024 * 1024);
  for (let i = 0; i < block.length; i += 32) createHash('sha256').update(String(i)).digest().copy(block, i);
  const size = 100;
  const parts = Array.from({ length: size }, (_, i) => ({ path: `rocket/${i}.bin`, content: block }));
  const zip = plugin(...parts);
  let largest = 0;
  let peak = 0;
  global.gc?.();
  const before = process.memoryUsage().rss;
  const found = await inspectPackage(
    {
      size: zip.length,
      read: (from, to) => {
        largest = Math.max(largest, to - from);
        peak = Math.max(peak, process.memoryUsage().rss - before);
        return Promise.resolve(Buffer.from(zip.subarray(from, to)));
      },
    },
    expected,
  );
  expect(found).toMatchObject({ kind: 'accepted', facts: { size: zip.length } });
  expect(largest).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(peak).toBeLessThan(100 * 1024 * 1024);
}, 60_000);

test('a file in blocks is read across the border of two', async () => {
  const bytes = Buffer.alloc(5 * 1024 * 1024, 'a');
  bytes.write('border', 4 * 1024 * 1024 - 3);
  const file = openInBlocks(inMemory(bytes));
  expect(String(await file.read(4 * 1024 * 1024 - 3, 4 * 1024 * 1024 + 3))).toBe('border');
  expect(String(await file.read(0, 2))).toBe('aa');
});

describe('a bucket of AWS', () => {
  const bucket = mockClient(S3Client);
  beforeEach(() => void bucket.reset());
  afterAll(() => bucket.restore());
  const storage = () => openBucket({ region: 'eu-west-1', bucket: 'b', endpoint: undefined });
  const object = { key: 'drafts/k', version: undefined, size: 1 };
  const signal = new AbortController().signal;

  test('without versions is asked for the object itself', async () => {
    bucket.on(CopyObjectCommand).resolves({});
    bucket.on(GetObjectCommand).resolves({});
    await storage().copy(object, 'kept/k', signal);
    expect(bucket.commandCalls(CopyObjectCommand)[0]?.args[0].input).toMatchObject({ CopySource: 'b/drafts/k' });
    expect(await storage().read(object, 0, 1, signal)).toEqual(Buffer.alloc(0));
    expect(bucket.commandCalls(GetObjectCommand)[0]?.args[0].input).not.toHaveProperty('VersionId');
  });

  test('that denies a read is not called unavailable', async () => {
    bucket.on(GetObjectCommand).rejects(Object.assign(new Error('denied'), { name: 'AccessDenied' }));
    await expect(storage().read(object, 0, 1, signal)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
