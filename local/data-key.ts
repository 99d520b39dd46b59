import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataKeyMark } from '../lib/table/data-key-mark.ts';
import { PLATFORM } from '../lib/table/keys.ts';
import { sdkWire } from '../lib/dynamo/sdk-wire.ts';
import { randomBytes } from '../lib/process/random.ts';
import { deadline } from '../lib/process/timers.ts';
import { computeMark } from '../lib/process/vault.ts';

const BYTES = 32;

/**
 * The file with this machine's data key, made at the first start. Throws an error of one line when the data in
 * `dataDir` was sealed under another key.
 */
export function dataKeyFile(localDir: string, dataDir: string | undefined): string {
  mkdirSync(localDir, { recursive: true, mode: 0o700 });
  const file = join(localDir, 'data-key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(BYTES), { mode: 0o600, flag: 'wx' });
  const key = readFileSync(file);
  if (key.length < BYTES)
    throw new Error(`${file} is too short for a data key. Remove it, and what was stored under it.`);
  if (dataDir !== undefined) assertSameKey(file, key, dataDir);
  return file;
}

/**
 * Data outlives its key when the one folder is kept and the other is not: better refused now than with an error at each
 * read.
 */
function assertSameKey(file: string, key: Buffer, dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  const mark = join(dataDir, 'data-key.sha256');
  const fingerprint = createHash('sha256').update(key).digest('hex');
  if (!existsSync(mark)) writeFileSync(mark, fingerprint);
  else if (readFileSync(mark, 'utf8').trim() !== fingerprint)
    throw new Error(
      `The data in ${dataDir} was sealed under another data key than ${file}.` +
        ' Put that key back, or start with another folder.',
    );
}

/**
 * Compares with the table too: the folder may be without a fingerprint, or come from a restored copy. Throws an error
 * of one line.
 */
export async function assertTableKey(
  { endpoint, tableName: name, region }: { endpoint: string; tableName: string; region: string },
  file: string,
): Promise<void> {
  const wire = sdkWire({ endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const mark = await dataKeyMark({ wire, name, owners: [PLATFORM], signal: deadline(10_000) });
  wire.client.destroy();
  if (mark !== undefined && mark !== computeMark(readFileSync(file)))
    throw new Error(
      `The table was written under another data key than ${file}.` +
        ' Put that key back, or start with another folder of data.',
    );
}
