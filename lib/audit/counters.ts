import { sumState } from '../events/counting.ts';
import { addSums, type Sums } from '../domain/counts.ts';
import { required } from '../domain/invariant.ts';
import type { Item } from '../dynamo/table.ts';
import { numbersIn, parseCountMark, readGeneration } from '../table/counts.ts';
import { COUNT_SHARDS, countKeys } from '../table/keys.ts';
import { readStored, type Stored } from './kinds.ts';
import { countersRule } from './rules/counters.ts';
import type { Violation } from './rule.ts';
import type { Source } from './source.ts';

/** The numbers of counters, by counter: those of the brand, of each product and of each day of expiry. */
type Numbers = Map<string, Sums>;

/** The counters of a brand as they are stored, and the sums that its licenses ask for. */
export type CountedBrand = { shown: number | undefined; stored: Map<number, Numbers>; due: Map<number, Numbers> };
export type CountedBrands = Map<string, CountedBrand>;

/** A scan shows no single moment, so what differs is read again, until nothing has happened in between. */
const READINGS = 3;

/** Adds what a scan has read. */
export function addCounted(brands: CountedBrands, stored: readonly Stored[]): void {
  for (const { kind, owner, pk, sk, item } of stored) {
    if (kind !== 'counter' && kind !== 'mark' && kind !== 'generations') continue;
    const brand = brands.get(owner) ?? { shown: undefined, stored: new Map(), due: new Map() };
    brands.set(owner, brand);
    if (kind === 'generations') brand.shown = Number(item['shown']);
    const generation = readGeneration({ pk, sk });
    if (generation === undefined) continue;
    if (kind === 'counter') addCounter(numbersOf(brand.stored, generation), pk, sk, item);
    else addMark(numbersOf(brand.due, generation), item);
  }
}

const numbersOf = (of: Map<number, Numbers>, generation: number): Numbers => {
  const known = of.get(generation) ?? new Map<string, Sums>();
  of.set(generation, known);
  return known;
};

function addTo(numbers: Numbers, counter: string, sums: Sums): void {
  const known = numbers.get(counter) ?? {};
  addSums(known, sums);
  numbers.set(counter, known);
}

/** Counters of days are not compared: no license knows any more what happened on a day. */
function addCounter(stored: Numbers, pk: string, sk: string, item: Item): void {
  const of = pk.slice(pk.lastIndexOf('#') + 1);
  if (of !== 'day') addTo(stored, `${of}#${sk}`, numbersIn(item));
}

function addMark(due: Numbers, item: Item): void {
  const { seq, state } = parseCountMark(item);
  addTo(due, 'total#total', { events: seq, ...sumState(state) });
  if (state.product_id !== null) addTo(due, `product#${state.product_id}`, sumState(state));
  if (state.due !== null) addTo(due, `due#${state.due}`, { expiring: 1 });
}

/** The first counter that differs, as a sentence. */
function findDifference({ shown, stored, due }: CountedBrand): string | undefined {
  if (shown === undefined) return undefined;
  const [is, counted] = [stored.get(shown) ?? new Map<string, Sums>(), due.get(shown) ?? new Map<string, Sums>()];
  for (const counter of new Set([...is.keys(), ...counted.keys()])) {
    const [one, other] = [is.get(counter) ?? {}, counted.get(counter) ?? {}];
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const [stands, should] = [one[name] ?? 0, other[name] ?? 0];
      if (stands !== should) return `${name} of ${counter} is ${stands}, and ${should} are counted`;
    }
  }
  return undefined;
}

/** Compares the counters that were read with the whole table. What differs is read again. */
export async function auditCounters(source: Source, brands: CountedBrands): Promise<Violation[]> {
  let open = [...brands].filter(([, brand]) => findDifference(brand) !== undefined).map(([owner]) => owner);
  const found: Violation[] = [];
  for (let reading = 0; reading < READINGS && open.length > 0; reading += 1) {
    const before = await readEvents(source, brands, open);
    const again: CountedBrands = new Map();
    for await (const page of source.scan(0, 1)) addCounted(again, page.map(readStored));
    const after = await readEvents(source, brands, open);
    const quiet = open.filter((owner) => before.get(owner) === after.get(owner));
    for (const owner of quiet) {
      const brand = again.get(owner);
      const what = brand && findDifference(brand);
      if (brand !== undefined && what !== undefined) found.push(describe(owner, brand, what));
    }
    open = open.filter((owner) => !quiet.includes(owner));
  }
  return found;
}

/** The number of events that the counters of brands contain: it grows with each of them. */
async function readEvents(source: Source, brands: CountedBrands, owners: readonly string[]) {
  const events = new Map<string, number>();
  for (const owner of owners) {
    const generation = required(brands.get(owner)?.shown, COUNTED);
    const shards = Array.from({ length: COUNT_SHARDS }, (_, i) =>
      countKeys.counter(owner, 'total', generation, i, 'total'),
    );
    const items = await source.read(shards);
    events.set(
      owner,
      items.reduce((sum, item) => sum + Number(item?.['events'] ?? 0), 0),
    );
  }
  return events;
}

const COUNTED = 'a brand with a difference has counters';

const describe = (owner: string, { shown }: CountedBrand, what: string): Violation => ({
  rule: countersRule.name,
  what,
  ...countKeys.counter(owner, 'total', required(shown, COUNTED), 0, 'total'),
  ids: {},
  since: null,
  repair: countersRule.repair,
});
