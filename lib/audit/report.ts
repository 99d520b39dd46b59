import type { Tally } from './audit.ts';
import type { Rule, Violation } from './rule.ts';

/** The result of an audit, as `--json` writes it. */
export type AuditReport = {
  audited_at: string;
  segments: { from: number; to: number; total: number };
  secrets_opened: boolean;
  items: number;
  rules: { name: string; promise: string; violations: number }[];
  suspects_cleared: number;
  /** Items of kinds that no rule knows, by class and sort key. */
  unknown_items: Record<string, number>;
  violations: Violation[];
};

type Facts = Pick<AuditReport, 'audited_at' | 'segments' | 'secrets_opened'>;

export function buildReport(rules: readonly Rule[], tally: Tally, facts: Facts): AuditReport {
  const { items, cleared, violations, unknown } = tally;
  return {
    ...facts,
    items,
    rules: rules.map(({ name, promise }) => ({
      name,
      promise,
      violations: violations.filter(({ rule }) => rule === name).length,
    })),
    suspects_cleared: cleared,
    unknown_items: Object.fromEntries([...unknown].sort()),
    violations,
  };
}

/** A table with a million violations needs no list of all of them in words. */
const SHOWN_EACH = 20;

const plural = (count: number, one: string): string => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** The report in words: each broken promise, and the items that break it. */
export function printReport({ items, rules, violations, suspects_cleared, unknown_items }: AuditReport): string {
  const broken = rules.filter((rule) => rule.violations > 0);
  const lines = broken.flatMap(({ name, promise, violations: count }) => {
    const found = violations.filter(({ rule }) => rule === name);
    return [
      `BROKEN  ${name}: ${promise}`,
      ...found.slice(0, SHOWN_EACH).flatMap(describeViolation),
      ...(count > SHOWN_EACH ? [`  and ${count - SHOWN_EACH} more: --json FILE has them all`] : []),
      `  next: ${String(found[0]?.repair)}`,
      '',
    ];
  });
  const unknown = Object.entries(unknown_items).map(
    ([name, count]) => `No rule knows ${plural(count, 'item')} of ${name}.`,
  );
  const cleared =
    suspects_cleared === 0 ? '' : ` ${plural(suspects_cleared, 'suspect')} changed while it was read, and is whole.`;
  const broke = `${plural(violations.length, 'violation')} of ${broken.length} of ${rules.length} promises.`;
  const verdict = violations.length === 0 ? `all ${rules.length} promises are kept.` : broke;
  return [...lines, ...unknown, `${plural(items, 'item')} read: ${verdict}${cleared}`].join('\n');
}

function describeViolation({ what, pk, sk, ids, since }: Violation): string[] {
  const named = Object.entries(ids).map(([name, id]) => `${name} ${id}`);
  return [
    `  ${what}`,
    `    item:  pk ${pk}  sk ${sk}`,
    ...(named.length === 0 ? [] : [`    ids:   ${named.join(', ')}`]),
    ...(since === null ? [] : [`    since: ${since} at the latest`]),
  ];
}
