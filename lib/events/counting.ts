import type { LicenseStatus } from '../domain/license.ts';
import { addSums, type Flow, type Sums } from '../domain/counts.ts';
import { isDue, parseMs } from '../domain/time.ts';
import type { EventType } from './catalog.ts';
import type { JournalEntry, LicenseSnapshot } from './entry.ts';

/** The part of a license that its brand's counters contain. A license that is gone has no status. */
export type CountedState = {
  status: LicenseStatus | null;
  product_id: string | null;
  seats_used: number;
  sites: number;
  /** The day of its expiry, while it is valid. */
  due: string | null;
};

export const UNCOUNTED: CountedState = { status: null, product_id: null, seats_used: 0, sites: 0, due: null };

/** The counters that an entry changes: the brand's own, those of a product, of a day, and of a day of expiry. */
export type CounterName = { of: 'total' | 'product' | 'day' | 'due'; name: string };

/** Numbers to add, by counter. */
export type Additions = Map<string, { counter: CounterName; sums: Sums }>;

const FLOW_OF: Partial<Record<EventType, Flow>> = {
  'license.provisioned': 'provisioned',
  'license.renewed': 'renewed',
  'license.cancelled': 'cancelled',
  'license.expired': 'expired',
  'license.activated': 'activations',
  'seat.deactivated': 'deactivations',
  'webhook_endpoint.disabled': 'webhooks_failed',
};

/** Only the histories of these entities change counters. */
export const isCounted = ({ type }: Pick<JournalEntry['entity'], 'type'>): boolean =>
  type === 'license' || type === 'webhook_endpoint';

/** Adds what an entry changes, and returns what the counters contain of its entity from then on. */
export function countEntry(before: CountedState, entry: JournalEntry, additions: Additions): CountedState {
  const after = entry.entity.type === 'license' ? stateAfter(before, entry) : before;
  const day = { of: 'day', name: entry.occurred_at.slice(0, 10) } as const;
  const flow = FLOW_OF[entry.type];
  if (flow !== undefined) add(additions, day, { [flow]: 1 });
  for (const [state, sign] of [[before, -1] as const, [after, 1] as const]) {
    const sums = sumState(state, sign);
    add(additions, { of: 'total', name: 'total' }, sums);
    add(additions, day, sums);
    if (state.product_id !== null) add(additions, { of: 'product', name: state.product_id }, sums);
    if (state.due !== null) add(additions, { of: 'due', name: state.due }, { expiring: sign });
  }
  return after;
}

/** Notes how many entries the counters contain. */
export const countSeen = (additions: Additions, entries: number): void =>
  add(additions, { of: 'total', name: 'total' }, { events: entries });

function add(additions: Additions, counter: CounterName, sums: Sums): void {
  const id = `${counter.of}#${counter.name}`;
  const known = additions.get(id) ?? { counter, sums: {} };
  addSums(known.sums, sums);
  additions.set(id, known);
}

export function sumState({ status, seats_used, sites }: CountedState, sign: 1 | -1 = 1): Sums {
  if (status === null) return {};
  return { [`licenses_${status}`]: sign, seats_used: sign * seats_used, active_sites: sign * sites };
}

function stateAfter(before: CountedState, entry: JournalEntry): CountedState {
  const { type, after, license, occurred_at } = entry;
  if (type === 'license.import_undone') return UNCOUNTED;
  const now = { ...license, ...after } as Partial<LicenseSnapshot>;
  const stored = now.status ?? 'valid';
  const expires_at = now.expires_at ?? null;
  const status = stored === 'valid' && isDue(expires_at, parseMs(occurred_at)) ? 'expired' : stored;
  const seats_used = now.seats_used ?? before.seats_used;
  return {
    status,
    product_id: now.product?.id ?? before.product_id,
    seats_used,
    sites: sitesAfter(before, entry, seats_used),
    due: status === 'valid' && expires_at !== null ? expires_at.slice(0, 10) : null,
  };
}

/**
 * Sites come and go one by one, except with an import, and with a transfer that leaves them behind. Older entries of
 * these two show only the seats: sites without a seat are unknown to them.
 */
function sitesAfter(
  { sites, seats_used }: CountedState,
  { type, before, after }: JournalEntry,
  seatsAfter: number,
): number {
  const isKept = after?.['keep_activations'] as boolean | undefined;
  const wasActive = (before?.['activation'] as { status?: string } | undefined)?.status === 'active';
  switch (type) {
    case 'license.activated':
      return sites + (wasActive ? 0 : 1);
    case 'seat.deactivated':
      return Math.max(0, sites - 1);
    case 'license.imported':
      return sites + Number(after?.['activations_added'] ?? seatsAfter - seats_used);
    case 'license.transferred':
      return (isKept ?? before?.['seats_used'] === undefined) ? sites : 0;
    default:
      return sites + Number(after?.['activations_added'] ?? 0);
  }
}
