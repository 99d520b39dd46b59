import { importKeys } from '../../table/keys.ts';
import type { ExportJob } from '../../table/exports.ts';
import type { ImportJob } from '../../table/imports.ts';
import { faultIf, REPAIRS, type Rule } from '../rule.ts';

/** A worker sees only later that an import was cancelled. */
const ENDED: ReadonlySet<string> = new Set(['tried', 'done', 'failed', 'undone']);

export const importRules: readonly Rule[] = [
  {
    name: 'import-ended',
    promise: 'Every import and export that has ended has a time of its end and no worker.',
    repair: REPAIRS.restore,
    on: ['import', 'export'],
    faults({ sk, item }) {
      const { id, state, finished_at, worker } = item as Pick<ImportJob | ExportJob, 'id' | 'state' | 'worker'> & {
        finished_at: string | null;
      };
      const hasEnded = ENDED.has(state);
      return [
        ...faultIf(sk.split('#')[1] !== id, 'its id does not lead to it'),
        ...faultIf((finished_at !== null) !== (hasEnded || state === 'cancelled'), 'its end does not fit its state'),
        ...faultIf(hasEnded && worker !== null, 'a worker still holds it'),
      ];
    },
  },
  {
    name: 'import-counts',
    promise: 'Every row of an import is counted once, and none is counted that was not read.',
    repair: REPAIRS.restore,
    on: ['import'],
    faults({ item }) {
      const { counts, offset, size } = item as ImportJob;
      const { rows, created, updated, unchanged, failed } = counts;
      return [
        ...faultIf(rows !== created + updated + unchanged + failed, 'its counts do not add up to its rows'),
        ...faultIf(size !== null && offset > size, 'it has read more than there is'),
      ];
    },
  },
  {
    name: 'import-row',
    promise: 'Every reported row belongs to an import.',
    repair: REPAIRS.remove,
    on: ['import-row'],
    faults: ({ owner, name }, look) =>
      faultIf(look(importKeys.job(owner, name)) === undefined, 'its import does not exist'),
  },
  {
    name: 'import-undone',
    promise: 'An undone import left no license that nobody has touched.',
    repair: 'Cancel the license: its import cannot be undone a second time.',
    on: ['license'],
    faults({ owner, item }, look) {
      const { import_id: id, seq } = item;
      // A later entry is a touch, or the announcement of an expiry.
      if (seq !== 1) return [];
      const job = typeof id === 'string' ? (look(importKeys.job(owner, id)) as ImportJob | undefined) : undefined;
      if (job?.state !== 'undone') return [];
      return faultIf(job.undo_counts.left === 0 && job.reported === 0, 'its import was undone, and left it');
    },
  },
];
