import { DAY_MS, HOUR_MS, isoSeconds } from '../../../lib/domain/time.ts';
import type { Call } from '../world/calls.ts';
import { SITE_A, type Things } from '../world/furnish.ts';
import { onEndpoint, onLicense, onReplay, onSite, type Situation } from './verb.ts';

type Step = { operation: string; call: (things: Things) => Call } | { passMs: number };

const onImport =
  (which: 'triedId' | 'doneId') =>
  ({ apiKey, imports }: Things): Call => ({ apiKey, params: { import_id: imports[which] }, body: {} });

/** One transaction frees 90 sites: the rest is left to a job. */
const COSTLY = 92;

/** Staging sites take seats until the policy says that they cost none. */
const costly: readonly Step[] = [
  { operation: 'update_license', call: onLicense({ max_seats: null }) },
  ...Array.from({ length: COSTLY }, (_, i) => ({
    operation: 'activate_license',
    call: onSite(`https://staging${i}.example.com`),
  })),
  { operation: 'update_license', call: onLicense({ policy: { development_sites_free: true } }) },
];

/** A month of 31 days, and the day after which all of that day's changes are looked at. */
const ARCHIVABLE_MS = 32 * DAY_MS;

const renewOther = ({ apiKey, licenses: [, other] }: Things): Call => ({
  apiKey,
  params: { license_id: other?.id ?? '' },
  body: { extend_by: 'P1M' },
});

/**
 * The calls that bring a situation about. Those that work on a license as it was sold come first, because a pair may
 * need two situations.
 */
export const situations: Record<Situation, (nowMs: number) => readonly Step[]> = {
  costly: () => costly,
  due: (nowMs) => [
    { operation: 'update_license', call: onLicense({ expiration_date: isoSeconds(nowMs + HOUR_MS / 2) }) },
  ],
  renewed: () => [{ operation: 'renew_license', call: onLicense({ extend_by: 'P1M' }) }],
  'renewed-other': () => [{ operation: 'renew_license', call: renewOther }],
  freed: () => [{ operation: 'deactivate_license', call: onSite(SITE_A) }],
  suspended: () => [{ operation: 'suspend_license', call: onLicense() }],
  transferred: () => [
    {
      operation: 'transfer_license',
      call: onLicense({ customer_email: 'bob@example.com', keep_activations: true }),
    },
  ],
  replaying: () => [{ operation: 'replay_events', call: onReplay }],
  paused: () => [{ operation: 'pause_webhook_endpoint', call: onEndpoint() }],
  queued: () => [{ operation: 'run_import', call: onImport('triedId') }],
  undoing: () => [{ operation: 'undo_import', call: onImport('doneId') }],
  archivable: () => [
    { operation: 'update_license', call: onLicense({ max_seats: 5 }) },
    { operation: 'cancel_license', call: onLicense() },
    { passMs: ARCHIVABLE_MS },
  ],
  exporting: () => [{ operation: 'create_export', call: ({ apiKey }) => ({ apiKey, body: {} }) }],
};
const ORDER = Object.keys(situations) as Situation[];

export const inOrder = (needs: Iterable<Situation>): Situation[] => {
  const needed = new Set(needs);
  return ORDER.filter((situation) => needed.has(situation));
};
