import { sleep } from '../process/timers.ts';
import type { Item } from '../dynamo/table.ts';
import type { Key } from '../dynamo/schema.ts';
import { addCounted, auditCounters, type CountedBrands } from './counters.ts';
import { identifyStored, readSince } from './identify.ts';
import { readStored, type Stored } from './kinds.ts';
import { openPartitionSums, type PartitionSums } from './partition-sums.ts';
import type { Rule, RuleContext, Violation } from './rule.ts';
import type { Source } from './source.ts';
import { assertThat } from '../domain/invariant.ts';

/** The items that an audit has read so far, and its findings. */
export type Tally = {
  items: number;
  /** Suspects that a second reading cleared: traffic had changed them meanwhile. */
  cleared: number;
  violations: Violation[];
  /** Items of a kind that no rule knows, by class and sort key. */
  unknown: Map<string, number>;
  /** The counters of brands, and the sums that they have to be. */
  counted: CountedBrands;
};

export type Audit = {
  source: Source;
  rules: readonly Rule[];
  context: () => RuleContext;
  /** Pauses before each further reading of a suspect. */
  pausesMs: readonly number[];
  onProgress?: (tally: Tally, segment: number) => void;
};

export const openTally = (): Tally => ({
  items: 0,
  cleared: 0,
  violations: [],
  unknown: new Map(),
  counted: new Map(),
});

/** A change under way is over after the first pause; the second helps where an item changes all the time. */
export const PAUSES_MS: readonly number[] = [300, 1_500];

/** An item may be looked up by way of another, so rules run again until they ask for nothing new. */
const ROUNDS = 6;
const AT_ONCE = 100;

/** Reads one segment of the table, page by page, and adds what it finds. */
export async function auditSegment(audit: Audit, segment: number, total: number, tally: Tally): Promise<void> {
  const suspects: Violation[] = [];
  await readPages(audit, audit.source.scan(segment, total), suspects, (stored) => {
    tally.items += stored.filter(({ kind }) => kind !== 'history' && kind !== 'seat-sum').length;
    for (const { kind, pk, sk } of stored) if (kind === 'unknown') countUnknown(tally, { pk, sk });
    addCounted(tally.counted, stored);
    audit.onProgress?.(tally, segment);
  });
  tally.violations.push(...(await confirmSuspects(audit, suspects, tally)));
}

/** Judges what only the whole table shows, once every segment of it was read. */
export async function auditSums({ source }: Pick<Audit, 'source'>, tally: Tally): Promise<void> {
  tally.violations.push(...(await auditCounters(source, tally.counted)));
}

function countUnknown({ unknown }: Tally, { pk, sk }: Key): void {
  const name = `${String(pk.split('#', 2).at(1))}/${sk.split('#', 1).join('')}`;
  unknown.set(name, (unknown.get(name) ?? 0) + 1);
}

/** Reads pages in which the items of a partition follow one another, and collects what the rules find. */
async function readPages(
  audit: Audit,
  pages: AsyncIterable<readonly Item[]>,
  suspects: Violation[],
  onRead: (stored: readonly Stored[]) => void,
): Promise<void> {
  let open: { pk: string; sums: PartitionSums } | undefined;
  for await (const page of pages) {
    const batch: Stored[] = [];
    for (const stored of page.map(readStored)) {
      if (open?.pk !== stored.pk) {
        batch.push(...(open?.sums.end() ?? []));
        open = { pk: stored.pk, sums: openPartitionSums() };
      }
      open.sums.add(stored);
      batch.push(stored);
    }
    suspects.push(...(await judge(audit, batch)));
    onRead(batch);
  }
  suspects.push(...(await judge(audit, open?.sums.end() ?? [])));
}

/**
 * Runs all rules on a batch. What they look up is read in bulk after each round, and only rules that lacked something
 * run again.
 */
async function judge({ source, rules, context }: Audit, batch: readonly Stored[]): Promise<Violation[]> {
  const known = new Map<string, Item | undefined>(
    batch.map(({ pk, sk, kind, item }) => [nameOf({ pk, sk }, kind), item]),
  );
  const ctx = context();
  const found: Violation[] = [];
  let open = batch.flatMap((stored) =>
    rules.filter(({ on }) => on.includes(stored.kind)).map((rule) => ({ rule, stored })),
  );
  for (let round = 0; open.length > 0; round += 1) {
    assertThat(round < ROUNDS, `the rule ${String(open[0]?.rule.name)} looks further than rules may`);
    const missing = new Map<string, Key>();
    const waiting = open.filter(({ rule, stored }) => {
      const { faults, lacks } = runRule(rule, stored, known, ctx);
      for (const key of lacks) missing.set(nameOf(key), key);
      if (lacks.length === 0) found.push(...faults.map((what) => describeFault(rule, stored, what)));
      return lacks.length > 0;
    });
    await readMissing(source, missing, known);
    open = waiting;
  }
  return found;
}

/** The faults that a rule finds, or the keys that it has to look up first. An item that it cannot read is a fault. */
function runRule(
  rule: Rule,
  stored: Stored,
  known: ReadonlyMap<string, Item | undefined>,
  ctx: RuleContext,
): { faults: readonly string[]; lacks: Key[] } {
  const lacks: Key[] = [];
  const look = (key: Key): Item | undefined => {
    if (!known.has(nameOf(key))) lacks.push(key);
    return known.get(nameOf(key));
  };
  try {
    return { faults: rule.faults(stored, look, ctx), lacks };
  } catch {
    return { faults: ['it cannot be read, or something that it leads to cannot'], lacks };
  }
}

/** Sums of a partition are no items, so nothing finds them. */
const nameOf = ({ pk, sk }: Key, kind?: Stored['kind']): string =>
  `${kind === 'history' || kind === 'seat-sum' ? '\0' : ''}${pk}\n${sk}`;

async function readMissing(
  source: Source,
  missing: ReadonlyMap<string, Key>,
  known: Map<string, Item | undefined>,
): Promise<void> {
  const wanted = [...missing];
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const part = wanted.slice(from, from + AT_ONCE);
    const items = await source.read(part.map(([, key]) => key));
    for (const [i, [name]] of part.entries()) known.set(name, items[i]);
  }
}

const describeFault = ({ name, repair }: Rule, stored: Stored, what: string): Violation => ({
  rule: name,
  what,
  pk: stored.pk,
  sk: stored.sk,
  ids: identifyStored(stored),
  since: readSince(stored),
  repair,
});

/**
 * A scan is no snapshot, so a change that happened meanwhile looks like a broken promise. What is still found each time
 * that the whole partition was read again is a violation.
 */
async function confirmSuspects(audit: Audit, suspects: readonly Violation[], tally: Tally): Promise<Violation[]> {
  let open = [...suspects];
  for (const pauseMs of audit.pausesMs) {
    if (open.length === 0) break;
    await sleep(pauseMs);
    const again: Violation[] = [];
    for (const pk of new Set(open.map((suspect) => suspect.pk)))
      await readPages(audit, audit.source.partition(pk), again, () => undefined);
    const still = new Map(again.map((violation) => [faultName(violation), violation]));
    open = open.flatMap((suspect) => still.get(faultName(suspect)) ?? []);
  }
  tally.cleared += suspects.length - open.length;
  return open;
}

/** Traffic may change the numbers in a sentence, so only rule and item name a fault. */
const faultName = ({ rule, pk, sk }: Violation): string => [rule, pk, sk].join('\n');
