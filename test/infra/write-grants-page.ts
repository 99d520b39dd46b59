import { writeFileSync } from 'node:fs';
import { grantsPage } from './grants-page.ts';
import { synthesize } from './synthesize.ts';

writeFileSync('docs/grants.md', grantsPage(synthesize('dev')));
