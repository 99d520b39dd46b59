import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordRelease } from './recorded-release.ts';

/** Records the functions of this tree as those of the release that package.json names. */
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const folder = mkdtempSync(join(tmpdir(), 'license-service-release-'));
recordRelease(version, folder);
rmSync(folder, { recursive: true });
console.log(`Recorded the functions of ${version}.`);
