import type { Key } from './schema.ts';
import type { Item } from './table.ts';
import { allOf, type Condition } from './condition.ts';
import type { Write } from './transact.ts';

/** Two writes of one transaction on one item, which DynamoDB refuses whatever they say. Always a bug of ours. */
export class TwoWritesOnOneItem extends Error {
  override name = 'TwoWritesOnOneItem';
}

export function keyOfWrite<R>(write: Write<R>): Key {
  if ('put' in write) return write.put;
  if ('update' in write) return write.update;
  return 'remove' in write ? write.remove : write.check;
}

/** Throws where two writes are on one item, and names both by their place, what they do and which attributes they set. */
export function assertDistinctItems<R>(writes: readonly Write<R>[]): void {
  const places = new Map<string, number>();
  for (const [i, write] of writes.entries()) {
    const keyText = keyTextOf(write);
    const first = places.get(keyText);
    const other = first === undefined ? undefined : writes[first];
    if (first !== undefined && other !== undefined) {
      const both = `${nameOf(other, first)} and ${nameOf(write, i)}`;
      throw new TwoWritesOnOneItem(`${both} of one transaction are on one item, ${keyText}`);
    }
    places.set(keyText, i);
  }
}

/**
 * The same writes, with all updates of one item joined into one that holds to each of their guards. For a verb whose writes may meet on an item
 * for some input, as when the e-mail that a license goes to still leads to the item of the customer who gives it away.
 */
export function joinUpdates<R>(writes: readonly Write<R>[]): Write<R>[] {
  const groups = Map.groupBy(writes, keyTextOf);
  return [...groups.values()].flatMap((group) => {
    const updates = group.filter((write) => 'update' in write);
    return updates.length < group.length ? group : [updates.reduce(joinTwo)];
  });
}

type Update<R> = Extract<Write<R>, { update: Key }>;

/** The first one's refusal speaks for both: what either guard refuses is found by reading again. */
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

const keyTextOf = <R>(write: Write<R>): string => {
  const { pk, sk } = keyOfWrite(write);
  return `${pk} ${sk}`;
};

function nameOf<R>(write: Write<R>, i: number): string {
  const position = `write ${String(i + 1)}`;
  if ('update' in write) return `${position} (update of ${attributesIn(write.set)})`;
  return `${position} (${'put' in write ? 'put' : 'remove' in write ? 'remove' : 'check'})`;
}

const attributesIn = (set: Item): string => Object.keys(set).sort().join(', ');
