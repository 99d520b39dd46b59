import { beforeAll, describe, expect, test } from '@jest/globals';
import { auditSegment, auditSums, openTally } from '../../lib/audit/audit.ts';
import { openPartitionSums } from '../../lib/audit/partition-sums.ts';
import { auditRules } from '../../lib/audit/rules.ts';
import { required } from '../../lib/domain/invariant.ts';
import { TEST_TYPE } from '../../lib/domain/webhook.ts';
import { knownClasses, readStored } from '../../lib/audit/kinds.ts';
import { itemClasses } from '../../lib/table/item-classes.ts';
import type { Break } from '../support/audit/break.ts';
import { waysToBreakCustomers } from '../support/audit/break-customers.ts';
import { waysToBreakHistories } from '../support/audit/break-histories.ts';
import { waysToBreakLicenses } from '../support/audit/break-licenses.ts';
import { waysToBreakReleases } from '../support/audit/break-releases.ts';
import { memorySource } from '../support/audit/memory-source.ts';
import { runAudit } from '../support/audit/run-audit.ts';
import { liveWholeLife, type Life } from '../support/audit/whole-life.ts';
import type { StoredItem } from '../support/table/whole-table.ts';

const ways = [...waysToBreakLicenses, ...waysToBreakCustomers, ...waysToBreakHistories, ...waysToBreakReleases];

let life: Life;
beforeAll(async () => {
  life = await liveWholeLife();
}, 60_000);

/** The table, broken in one way. A brand's own item is broken rather than one of the platform's. */
function breakTable({ kind, which = () => true, change, remove, add }: Break): StoredItem[] {
  const { items, vault, brand } = life;
  const fits = items.filter((item) => readStored(item).kind === kind && which(item));
  const target = fits.find(({ pk }) => pk.startsWith(`${brand.key_prefix}#`)) ?? fits[0];
  if (target === undefined) throw new Error(`there is no such ${kind} in the table`);
  const others = items.filter((item) => item !== target);
  if (remove) return others;
  if (add) return [...items, add(target)];
  const changed = Object.entries({ ...target, ...change?.(target, vault, items) });
  return [...others, Object.fromEntries(changed.filter(([, value]) => value !== undefined)) as StoredItem];
}

describe('the auditor', () => {
  test('finds nothing in a table in which everything has happened, and knows every item', async () => {
    const tally = await runAudit(memorySource(life.items), life.vault);
    expect(tally.violations).toEqual([]);
    expect([...tally.unknown]).toEqual([]);
    expect(tally.items).toBe(life.items.length);
  });

  test('counts items of a kind that it does not know, by class and sort key', async () => {
    const unknown = ['a', 'b'].map((name) => ({ pk: `WPR#thing#${name}`, sk: 'new#1' }));
    const tally = await runAudit(memorySource([...life.items, ...unknown]), life.vault);
    expect(Object.fromEntries(tally.unknown)).toEqual({ 'thing/new': 2 });
  });

  test.each(ways)('finds that $how, by the rule $rule', async (way) => {
    const { violations } = await runAudit(memorySource(breakTable(way)), life.vault);
    const found = violations.filter(({ rule }) => rule === way.rule);
    expect(found).not.toEqual([]);
    for (const { pk, sk, what, repair } of found) {
      expect(Math.min(pk.length, sk.length)).toBeGreaterThan(0);
      expect(`${what} ${repair}`).not.toContain('undefined');
    }
  });

  test('finds nothing in an empty table', async () => {
    expect(await runAudit(memorySource([]))).toMatchObject({ items: 0, violations: [] });
  });

  test('asks for no event behind a test message', async () => {
    const { items, vault } = life;
    const ofTest = items.map((item) =>
      readStored(item).kind === 'delivery' ? { ...item, event_type: TEST_TYPE, seq: 999 } : item,
    );
    const { violations } = await runAudit(memorySource(ofTest), vault);
    expect(violations.filter(({ rule }) => rule === 'delivery-of-event')).toEqual([]);
  });

  test('believes a counter that was right when it was read again', async () => {
    const [way] = ways.filter(({ how }) => how === 'a counter says another number');
    const broken = memorySource(breakTable(required(way, 'there is such a way')));
    const tally = openTally();
    const context = () => ({ nowMs: Date.now(), vault: undefined });
    await auditSegment({ source: broken, rules: [], context, pausesMs: [] }, 0, 1, tally);
    await auditSums({ source: memorySource(life.items) }, tally);
    expect(tally.violations).toEqual([]);
    await auditSums({ source: broken }, tally);
    expect(tally.violations).toMatchObject([{ rule: 'counters-sum' }]);
  });

  test('describes a history with many gaps by its first five', () => {
    const { add, end } = openPartitionSums();
    for (let seq = 2; seq <= 16; seq += 2)
      add({
        kind: 'journal-entry',
        owner: 'B',
        name: 'e',
        pk: 'B#event#e',
        sk: `journal#${String(seq)}`,
        item: {},
      });
    const [history] = end();
    expect(history?.item['gaps']).toHaveLength(5);
  });

  test('every rule is broken by one of these ways', () => {
    expect([...new Set(ways.map(({ rule }) => rule))].sort()).toEqual(auditRules.map(({ name }) => name).sort());
  });

  test('every class of items of the table is known', () => {
    const classes = Object.keys(itemClasses).map((name) => name.replace('@', ''));
    expect([...new Set(classes)].filter((name) => !knownClasses.includes(name))).toEqual([]);
  });

  test('no kind of item breaks the audit, however little is left of it', async () => {
    const ofKind = Map.groupBy(life.items, (item) => `${readStored(item).kind} ${String(item['type'])}`);
    for (const { pk, sk } of [...ofKind.values()].flatMap((items) => items.slice(0, 2))) {
      const items = life.items.map((item) => (item.pk === pk && item.sk === sk ? { pk, sk } : item));
      await expect(runAudit(memorySource(items, 500), life.vault, 1)).resolves.toBeDefined();
    }
  }, 60_000);
});
