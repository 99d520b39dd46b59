import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { routes } from '../../../lib/api/routes.ts';
import { buildOpenApi } from '../../../lib/http/openapi.ts';
import { isoSeconds } from '../../../lib/domain/time.ts';
import { now } from '../../../lib/process/clock.ts';
import { listBreakingChanges } from './compare.ts';
import { withoutProse } from './prose.ts';
import type { Json } from './schemas.ts';

const RELEASED = 'docs/openapi-released.json';
const HELP = `npm run openapi:diff [-- --release]

Compares the API of this tree with the document of the last release, ${RELEASED}, and ends with 1 if a
change breaks callers (docs/api-life.md says which changes do).
  --release   write the document of this tree as the released one, unless it breaks callers
  --help      this text
`;

/** Ends with 0 when callers of the last release can go on, 1 when a change breaks them. */
function main(args: readonly string[]): number {
  const { release, help } = parseArgs({
    args: [...args],
    options: { release: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  }).values;
  if (help === true) {
    console.log(HELP);
    return 0;
  }
  const file = join(import.meta.dirname, '../../..', RELEASED);
  const before = JSON.parse(readFileSync(file, 'utf8')) as Json;
  // Through JSON, as callers get it: a member that is undefined is not there.
  const after = JSON.parse(JSON.stringify(buildOpenApi(routes))) as Json;
  const breaking = listBreakingChanges(before, after, isoSeconds(now()).slice(0, 10));
  if (breaking.length > 0) {
    console.error(`${breaking.length} changes since the last release break callers:`);
    for (const change of breaking) console.error(`  ${change}`);
    console.error('Keep the old form beside the new one, and deprecate it (docs/api-life.md).');
    return 1;
  }
  console.log('No change since the last release breaks callers.');
  if (release === true) writeFileSync(file, `${JSON.stringify(withoutProse(after), null, 1)}\n`);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
