import { writeFileSync } from 'node:fs';
import { apiPages } from './api-pages.ts';

for (const [file, page] of Object.entries(apiPages)) writeFileSync(file, page());
