/** One line of the table: a measurement and its goal. A row that gates fails the run when it misses its goal. */
export type Row = { group: string; what: string; goal: string; measured: string; verdict: Verdict; gates: boolean };
type Verdict = 'met' | 'first met, second missed' | 'missed' | 'no goal' | 'not measured';

/**
 * An exact count that must not exceed its goal. If the design needs more, `allowed` is the accepted count: the row
 * misses its goal, but gates only above `allowed`.
 */
export function atMost(
  group: string,
  what: string,
  goal: number,
  measured: number,
  { allowed = goal }: { allowed?: number } = {},
): Row {
  const verdict = measured <= goal ? 'met' : 'missed';
  return { group, what, goal: `≤ ${goal}`, measured: String(measured), verdict, gates: measured > allowed };
}

/** An exact value that must be equal to the goal. */
export function exactly(group: string, what: string, goal: string, measured: string): Row {
  return { group, what, goal, measured, verdict: measured === goal ? 'met' : 'missed', gates: true };
}

/** Values that must all be the same. */
export function identical(group: string, what: string, measured: readonly number[]): Row {
  const verdict = new Set(measured).size === 1 ? 'met' : 'missed';
  return { group, what, goal: 'identical', measured: measured.join(' · '), verdict, gates: true };
}

/** A ratio with a first goal and a harder second one. `shown` formats it with its spread. It never gates. */
export function twoGoals(
  group: string,
  what: string,
  { first, then }: { first: number; then: number },
  measured: number,
  shown: string,
): Row {
  const verdict = measured <= then ? 'met' : measured <= first ? 'first met, second missed' : 'missed';
  return { group, what, goal: `≤ ${first}, then ≤ ${then}`, measured: shown, verdict, gates: false };
}

/** A time, a ratio or a size with one goal or none. `shown` formats it with its unit and spread. Only a size gates. */
export function oneGoal(
  group: string,
  what: string,
  { most, unit = '', gates = false }: { most: number | undefined; unit?: string; gates?: boolean },
  measured: number,
  shown: string,
): Row {
  if (most === undefined) return figure(group, what, shown);
  return {
    group,
    what,
    goal: `≤ ${most}${unit}`,
    measured: shown,
    verdict: measured <= most ? 'met' : 'missed',
    gates,
  };
}

/** Information without a goal. */
export function figure(group: string, what: string, measured: string): Row {
  return { group, what, goal: '', measured, verdict: 'no goal', gates: false };
}

export function notMeasured(group: string, what: string, why: string): Row {
  return { group, what, goal: '', measured: why, verdict: 'not measured', gates: false };
}

export const failed = (rows: readonly Row[]): Row[] =>
  rows.filter(({ gates, verdict }) => gates && verdict === 'missed');

/** The rows as text, under the heading of their group, columns aligned. */
export function formatRows(rows: readonly Row[]): string {
  const columns = ['what', 'goal', 'measured', 'verdict'] as const;
  const heading = { what: 'what', goal: 'goal', measured: 'measured', verdict: 'goal is' };
  const widths = columns.map((column) => Math.max(heading[column].length, ...rows.map((row) => row[column].length)));
  const line = (cells: Pick<Row, 'what' | 'goal' | 'measured'> & { verdict: string }): string =>
    columns
      .map((column, i) => cells[column].padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const groups = [...new Set(rows.map(({ group }) => group))];
  const body = groups.flatMap((group) => [
    '',
    group.toUpperCase(),
    ...rows.filter((row) => row.group === group).map(line),
  ]);
  return [line(heading), widths.map((width) => '-'.repeat(width)).join('  '), ...body].join('\n');
}
