import type { Call } from '../world/calls.ts';
import { BRAND, PREFIX, type Things } from '../world/furnish.ts';
import { findItems } from '../world/inspect.ts';
import type { SimulatedWorld } from '../world/parts.ts';
import type { Verb } from './verb.ts';

const recordOf = (message: object) => ({ Records: [{ messageId: 'm', body: JSON.stringify(message) }] });

/** The notice of the newest event of a license, as the bus hands it on. */
const newestEvent =
  (which: 0 | 1) =>
  ({ licenses }: Things, world: SimulatedWorld) => {
    const id = licenses[which]?.id;
    const seq = findItems(world, 'license').find((item) => item['id'] === id)?.['seq'];
    const entity = { id, type: 'license' };
    const about = { type: 'license.renewed', seq, brand: { slug: BRAND }, entity };
    return recordOf({ detail: { ...about, request_id: `of-${which}`, occurred_at: '2026-01-05T10:00:00Z' } });
  };

const startExport = ({ apiKey }: Things): Call => ({ apiKey, body: { what: 'licenses' } });

/** Functions that no client calls, and the export whose file one of them writes. */
export const jobVerbs: readonly Verb[] = [
  {
    name: 'announce what is due',
    job: 'sweep-due',
    meets: ['license'],
    needs: 'due',
    isWalk: true,
    event: () => ({}),
  },
  {
    name: 'free the sites that cost nothing any more',
    job: 'sweep-due',
    meets: ['seat-costs'],
    needs: 'costly',
    isWalk: true,
    event: () => ({}),
  },
  {
    name: 'go on with the replay',
    job: 'sweep-webhooks',
    meets: ['endpoint'],
    needs: 'replaying',
    isWalk: true,
    event: () => ({}),
  },
  {
    name: 'count an event',
    job: 'count-events',
    meets: ['counts'],
    needs: 'renewed',
    countsAll: true,
    event: newestEvent(0),
  },
  {
    name: 'count an event of another license',
    job: 'count-events',
    meets: ['counts'],
    needs: 'renewed-other',
    countsAll: true,
    event: newestEvent(1),
  },
  {
    name: 'archive the history of the cancelled license',
    job: 'archive-licenses',
    meets: ['history'],
    needs: 'archivable',
    isWalk: true,
    event: () => ({}),
  },
  { name: 'start an export', operation: 'create_export', meets: ['export'], call: startExport },
  {
    name: 'write the file of the export',
    job: 'run-import',
    meets: ['export'],
    needs: 'exporting',
    isWalk: true,
    event: (_things, world) => {
      const [started] = findItems(world, 'export');
      return recordOf({ brand: PREFIX, export_id: started?.['id'] });
    },
  },
];
