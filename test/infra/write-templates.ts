import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageNames } from '../../infra/stages.ts';
import { writtenOf } from './synthesize-stage.ts';
import { stageOf } from './synthesize.ts';

/** Writes the templates of every stage into the given folder. */
const [folder = '.'] = process.argv.slice(2);
for (const name of stageNames) {
  const file = join(folder, `${name}.templates.json`);
  writeFileSync(`${file}.part`, JSON.stringify(writtenOf(stageOf(name))));
  renameSync(`${file}.part`, file);
}
