import { auditSegment, auditSums, openTally } from '../../../lib/audit/audit.ts';
import { counterRules } from '../../../lib/audit/rules/counters.ts';
import { auditRules } from '../../../lib/audit/rules.ts';
import { HOUR_MS } from '../../../lib/domain/time.ts';
import { fromAttributes } from '../../../lib/dynamo/attributes.ts';
import { openVault } from '../../../lib/process/vault.ts';
import { memorySource } from '../../support/audit/memory-source.ts';
import type { StoredItem } from '../../support/table/whole-table.ts';
import type { SimulatedWorld } from './parts.ts';

/** The rules that hold in the middle of traffic: the counters of brands follow their events. */
const AT_ANY_TIME = auditRules.filter((rule) => !counterRules.includes(rule));

/** The table as the auditor reads it, with what is sealed opened: the promises that it breaks, as sentences. */
export async function auditWorld(world: SimulatedWorld): Promise<string[]> {
  const items = world.engine.store.items().map((item) => fromAttributes(item) as StoredItem);
  const tally = openTally();
  const vault = openVault(Buffer.from(world.dataKey));
  // An erasure has an hour to be finished.
  const context = () => ({ nowMs: world.scheduler.nowMs() + 2 * HOUR_MS, vault });
  const source = memorySource(items, 1_000);
  await auditSegment(
    { source, rules: world.weather.isCalm ? auditRules : AT_ANY_TIME, context, pausesMs: [] },
    0,
    1,
    tally,
  );
  if (world.weather.isCalm) await auditSums({ source }, tally);
  return tally.violations.map(({ rule, what, pk, sk }) => `${rule}: ${what} (${pk} ${sk})`);
}

/** What lies in the table, without ids and times: the same after the same changes in the same order. */
export function summarize(world: SimulatedWorld, known: ReadonlySet<string>): string[] {
  return world.engine.store
    .items()
    .map((item) => fromAttributes(item))
    .flatMap((item) => summaryOf(item, known))
    .sort();
}

const PARTITIONS = ['partition', 'customer_partition'];

/** The partitions of the customers that a table has. That of a new one may be random. */
export const findPartitions = (items: Iterable<string>): Set<string> =>
  new Set([...items].flatMap((pk) => /#customer#(.+)$/.exec(pk)?.[1] ?? []));

const SHOWN: readonly (readonly [kind: RegExp, fields: readonly string[]])[] = [
  [/^license$/, ['product', 'status', 'seats_used', 'seat_limit', 'expires_at', 'seq', 'customer_partition']],
  [/^seat#/, ['status', 'instance_identifier', 'takes_seat', 'kind']],
  [/^person$/, ['erased_at', 'seq', 'partition']],
  [/^api-key$/, ['name', 'revoked_at', 'expires_at']],
  [/^endpoint#/, ['status', 'description']],
  [/^product#/, ['slug', 'name', 'edd_item_id', 'seq']],
  [/^edd-item#/, ['product_slug']],
  [/^bundle#/, ['slug', 'name', 'seq']],
  [/^release#/, ['version', 'channel', 'status', 'rollout_percent', 'seq']],
  [/^import#/, ['mode', 'state']],
  [/^settings$/, ['check_interval_factor', 'seq']],
];

/** Times pass a little differently in each order: their days do not. */
function shownOf(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/T\d\d:\d\d:\d\dZ$/, '');
  return typeof value === 'object' && value !== null && 'slug' in value ? value.slug : value;
}

function summaryOf(item: Record<string, unknown>, known: ReadonlySet<string>): string[] {
  const sk = String(item['sk']);
  const [, fields] = SHOWN.find(([kind]) => kind.test(sk)) ?? [];
  if (fields === undefined) return [];
  const shown = fields.map((name) => {
    const value = PARTITIONS.includes(name) && !known.has(String(item[name])) ? 'new' : item[name];
    return JSON.stringify(shownOf(value));
  });
  return [`${sk.split('#', 1).join('')} ${shown.join(' ')}`];
}
