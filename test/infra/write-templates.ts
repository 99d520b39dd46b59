import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageNames } from '../../infra/stages.ts';
import { synthesizeStage } from './synthesize-stage.ts';
import { stageOf } from './synthesize.ts';

/** Writes the template of every stage into the given folder. */
const [folder = '.'] = process.argv.slice(2);
for (const name of stageNames) {
  const { template, terminationProtection } = synthesizeStage(stageOf(name));
  const file = join(folder, `${name}.template.json`);
  writeFileSync(`${file}.part`, JSON.stringify({ template, terminationProtection }));
  renameSync(`${file}.part`, file);
}
