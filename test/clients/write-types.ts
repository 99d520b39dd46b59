import { writeFileSync } from 'node:fs';
import { buildClientTypes, CLIENT_TYPES } from './client-types.ts';

const types = await buildClientTypes();
if (process.argv.includes('--print')) process.stdout.write(types);
else writeFileSync(CLIENT_TYPES, types);
