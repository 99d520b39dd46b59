import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeSourceMaps } from './bundle.ts';

/** Writes the source maps of all functions of this commit into source-maps/, or into the given folder. */
const [folder = 'source-maps'] = process.argv.slice(2);
rmSync(folder, { recursive: true, force: true });
for (const file of readdirSync('functions')) {
  const name = basename(file, '.ts');
  writeSourceMaps(name, join(folder, name));
}
