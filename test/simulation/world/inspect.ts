import { gunzipSync } from 'node:zlib';
import { auditSegment, auditSums, openTally } from '../../../lib/audit/audit.ts';
import { counterRules } from '../../../lib/audit/rules/counters.ts';
import { auditRules } from '../../../lib/audit/rules.ts';
import { HOUR_MS } from '../../../lib/domain/time.ts';
import { ARCHIVED, openItemCompletion, type ReadArchive } from '../../../lib/dynamo/archived-items.ts';
import { fromAttributes } from '../../../lib/dynamo/attributes.ts';
import { BrokenArchive } from '../../../lib/process/broken-archive.ts';
import { openVault, type Vault } from '../../../lib/process/vault.ts';
import { memorySource } from '../../support/audit/memory-source.ts';
import type { StoredItem } from '../../support/table/whole-table.ts';
import type { AttributeItem } from '../engine/values.ts';
import type { SimulatedWorld } from './parts.ts';
import { remember } from './remembered-rules.ts';
import { HISTORY_ENDS } from './footprint.ts';

/** The rules that hold in the middle of traffic: the counters of brands follow their events. */
const AT_ANY_TIME = auditRules.filter((rule) => !counterRules.includes(rule)).map(remember);
const IN_THE_CALM = [...AT_ANY_TIME, ...counterRules];

const plain = new WeakMap<AttributeItem, StoredItem>();

/** An item as the service reads it. Items never change, and worlds share those that they began with. */
function readItem(item: AttributeItem): StoredItem {
  const read = plain.get(item) ?? (fromAttributes(item) as StoredItem);
  plain.set(item, read);
  return read;
}

const MOST_OPENED = 20_000;
const opened = new Map<string, string>();
const vaults = new Map<string, Vault>();

/** Opens each sealed text once: worlds share most of theirs. */
function openAuditVault(dataKey: string): Vault {
  const vault = vaults.get(dataKey) ?? openVault(Buffer.from(dataKey));
  vaults.set(dataKey, vault);
  return {
    ...vault,
    decrypt(sealed, partition) {
      const name = `${dataKey} ${partition} ${sealed}`;
      const text = opened.get(name) ?? vault.decrypt(sealed, partition);
      if (opened.size > MOST_OPENED) opened.clear();
      opened.set(name, text);
      return text;
    },
  };
}

/** Items as the auditor reads them, those of archived histories whole. */
async function completeItems({ storage }: SimulatedWorld, items: readonly StoredItem[]): Promise<StoredItem[]> {
  if (!items.some((item) => ARCHIVED in item)) return [...items];
  const read: ReadArchive = async (pk, sha256) => {
    const object = storage.get(`${pk.replaceAll('#', '/')}/${sha256}${HISTORY_ENDS}`);
    if (object === undefined) throw new BrokenArchive('the object is missing');
    return Promise.resolve(gunzipSync(object).toString());
  };
  const complete = openItemCompletion(read, new AbortController().signal);
  return Promise.all(items.map(async (item) => ({ ...item, ...(await complete(item)) })));
}

/** The table as the auditor reads it, with what is sealed opened: the promises that it breaks, as sentences. */
export async function auditWorld(world: SimulatedWorld): Promise<string[]> {
  const items = await completeItems(world, world.engine.store.items().map(readItem));
  const tally = openTally();
  const vault = openAuditVault(world.dataKey);
  // An erasure has an hour to be finished.
  const context = () => ({ nowMs: world.scheduler.nowMs() + 2 * HOUR_MS, vault });
  const source = memorySource(items, 1_000);
  await auditSegment(
    { source, rules: world.weather.isCalm ? IN_THE_CALM : AT_ANY_TIME, context, pausesMs: [] },
    0,
    1,
    tally,
  );
  if (world.weather.isCalm) await auditSums({ source }, tally);
  const broken = tally.violations.map(({ rule, what, pk, sk }) => `${rule}: ${what} (${pk} ${sk})`);
  return [...broken, ...findApart(world)];
}

/** The items of a kind, by the beginning of their sort keys. */
export const findItems = ({ engine }: Pick<SimulatedWorld, 'engine'>, kind: string): Record<string, unknown>[] =>
  engine.store
    .items()
    .filter(({ sk }) => sk?.S === kind || sk?.S?.startsWith(`${kind}#`) === true)
    .map(readItem);

type KeySet = { version: number; keys: readonly { kid: string }[] };
const findKeySet = (world: SimulatedWorld): KeySet | undefined =>
  findItems(world, 'set').find(({ pk }) => pk === '@platform#key-set') as KeySet | undefined;

export const findSigningKeys = (world: SimulatedWorld): string[] => findKeySet(world)?.keys.map(({ kid }) => kid) ?? [];

/** Sites are shown the key set of the table, and functions sign with that of the secret. */
function findApart(world: SimulatedWorld): string[] {
  const { version } = JSON.parse(world.secrets.get('signing-keys') ?? '{}') as Partial<KeySet>;
  const shown = findKeySet(world)?.version;
  return shown === version ? [] : [`the key set shown has the version ${shown}, and the one that signs ${version}`];
}

/** What lies in the table, without ids and times: the same after the same changes in the same order. */
export function summarize(world: SimulatedWorld, known: ReadonlySet<string>): string[] {
  return world.engine.store
    .items()
    .map(readItem)
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
  [/^export#/, ['state']],
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
