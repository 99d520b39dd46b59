import { SITE_A, type Things } from '../world/furnish.ts';
import type { Call } from '../world/calls.ts';
import { onEndpoint, onLicense, onSite, type Situation } from './verb.ts';

const onImport =
  (which: 'triedId' | 'doneId') =>
  ({ apiKey, imports }: Things): Call => ({ apiKey, params: { import_id: imports[which] }, body: {} });

/** The calls that bring a situation about. */
export const situations: Record<Situation, { operation: string; call: (things: Things) => Call }> = {
  suspended: { operation: 'suspend_license', call: onLicense() },
  freed: { operation: 'deactivate_license', call: onSite(SITE_A) },
  transferred: {
    operation: 'transfer_license',
    call: onLicense({ customer_email: 'bob@example.com', keep_activations: true }),
  },
  paused: { operation: 'pause_webhook_endpoint', call: onEndpoint() },
  queued: { operation: 'run_import', call: onImport('triedId') },
  undoing: { operation: 'undo_import', call: onImport('doneId') },
};
