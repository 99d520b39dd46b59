import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writtenOf } from './synthesize-stage.ts';
import { testedStages } from './tested-stages.ts';

/** Writes the templates of every tested stage into the given folder. */
const [folder = '.'] = process.argv.slice(2);
for (const [name, stage] of testedStages) {
  const file = join(folder, `${name}.templates.json`);
  writeFileSync(`${file}.part`, JSON.stringify(writtenOf(stage)));
  renameSync(`${file}.part`, file);
}
