import { allOf, type Condition } from './condition.ts';
import type { Key } from './schema.ts';
import { isUpdate, keyText, TwoWritesOnOneItem, type Write } from './transact.ts';

/**
 * Joins all updates of one item into one that checks all their guards. A command's writes may meet on an item: the
 * e-mail of a license's new holder may still lead to the item of the customer who gives it away.
 */
export function joinUpdates<R>(writes: readonly Write<R>[]): Write<R>[] {
  const groups = Map.groupBy(writes, keyText);
  return [...groups.values()].flatMap((group) => {
    const updates = group.filter(isUpdate);
    return updates.length < group.length ? group : [updates.reduce(joinTwo)];
  });
}

type Update<R> = Extract<Write<R>, { update: Key }>;

/** The first refusal counts for both: the caller reads again and finds which guard failed. */
function joinTwo<R>(first: Update<R>, second: Update<R>): Update<R> {
  const refused = first.refused ?? second.refused;
  const guard = joinGuards(first.guard, second.guard);
  return {
    update: first.update,
    set: joinRecords(first.set, second.set),
    at: [...(first.at ?? []), ...(second.at ?? [])],
    add: joinRecords(first.add ?? {}, second.add ?? {}),
    ...(guard ? { guard } : {}),
    ...(refused ? { refused } : {}),
  };
}

function joinGuards(first: Condition | undefined, second: Condition | undefined): Condition | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return allOf(first, second);
}

function joinRecords<V>(first: Record<string, V>, second: Record<string, V>): Record<string, V> {
  const differing = Object.keys(second).find((name) => name in first && first[name] !== second[name]);
  if (differing !== undefined) throw new TwoWritesOnOneItem(`two updates of one item disagree about ${differing}`);
  return { ...first, ...second };
}
