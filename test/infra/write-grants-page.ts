import { writeFileSync } from 'node:fs';
import { grantsPage } from './grants-page.ts';
import { synthesizeStage } from './synthesize-stage.ts';
import { stageOf } from './tested-stages.ts';

writeFileSync('docs/grants.md', grantsPage(synthesizeStage(stageOf('dev'))));
