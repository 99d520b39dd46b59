import { writeFileSync } from 'node:fs';
import { buildClientTypes, CLIENT_TYPES } from './client-types.ts';
import { postmanFiles } from './postman-collection.ts';

const types = await buildClientTypes();
if (process.argv.includes('--print-types')) process.stdout.write(types);
else {
  writeFileSync(CLIENT_TYPES, types);
  for (const [file, content] of Object.entries(postmanFiles)) writeFileSync(file, content());
}
