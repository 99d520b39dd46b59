import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writtenOf, writtenRoles } from './synthesize-stage.ts';
import { testedRoles, testedStages } from './tested-stages.ts';

/** Writes the templates of every tested stage, and of the pipeline's roles, into the given folder. */
const [folder = '.'] = process.argv.slice(2);
function write(name: string, templates: object): void {
  const file = join(folder, `${name}.templates.json`);
  writeFileSync(`${file}.part`, JSON.stringify(templates));
  renameSync(`${file}.part`, file);
}
for (const [name, stage] of testedStages) write(name, writtenOf(stage));
for (const [name, provider] of Object.entries(testedRoles)) write(name, writtenRoles(provider));
