import type { Call } from '../world/calls.ts';
import { importOf, PREFIX, type Things } from '../world/furnish.ts';
import type { Verb } from './verb.ts';

const onImport =
  (which: 'triedId' | 'doneId') =>
  ({ apiKey, imports }: Things): Call => ({ apiKey, params: { import_id: imports[which] }, body: {} });
const workOn =
  (which: 'triedId' | 'doneId') =>
  ({ imports }: Things) => ({
    Records: [{ messageId: 'm', body: JSON.stringify({ brand: PREFIX, import_id: imports[which] }) }],
  });

/** The writing verbs about imports, and the worker that writes their rows and takes them back. */
export const importVerbs: readonly Verb[] = [
  {
    name: 'start an import',
    operation: 'create_import',
    meets: ['import'],
    call: ({ apiKey }) => ({ apiKey, body: importOf('run', 'old-key-000003') }),
  },
  { name: 'run the import', operation: 'run_import', meets: ['import'], call: onImport('triedId') },
  {
    name: 'cancel the import',
    operation: 'cancel_import',
    meets: ['import'],
    needs: 'queued',
    call: onImport('triedId'),
  },
  { name: 'undo the import', operation: 'undo_import', meets: ['import'], call: onImport('doneId') },
  {
    name: 'write the rows of the import',
    job: 'run-import',
    meets: ['import', 'customer'],
    needs: 'queued',
    isWalk: true,
    event: workOn('triedId'),
  },
  {
    name: 'take the rows of the import back',
    job: 'run-import',
    meets: ['import', 'customer'],
    needs: 'undoing',
    isWalk: true,
    event: workOn('doneId'),
  },
];
