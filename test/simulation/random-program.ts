import { allOf, anyOf, attributeExists, attributeMissing, type Condition } from '../../lib/dynamo/condition.ts';
import { above, atMost, below, contains, equals, hasSize } from '../../lib/dynamo/condition.ts';
import type { Nested } from '../../lib/dynamo/expressions.ts';
import { query, type Span } from '../../lib/dynamo/query.ts';
import { getOne, readItems, type Item, type Table } from '../../lib/dynamo/table.ts';
import { transact, TwoWritesOnOneItem, type Write } from '../../lib/dynamo/transact.ts';
import { updateItem } from '../../lib/dynamo/update.ts';
import { fc } from '../support/run/properties.ts';

/** Few keys and values, so that the steps of a program meet. */
type Short = { partition: number; sort: number };
type Step =
  | { kind: 'get'; key: Short }
  | { kind: 'batch'; keys: Short[] }
  | { kind: 'query'; span: RandomSpan }
  | { kind: 'update'; key: Short; changes: RandomChanges; guard: Condition | undefined; returns: Returns }
  | { kind: 'transact'; writes: RandomWrite[] };
type RandomSpan = Pick<Span, 'limit' | 'newestFirst'> & {
  partition: number;
  index: Span['index'];
  range: 'all' | 'begins' | 'between' | 'reversed';
  isContinued: boolean;
};
type Returns = 'ALL_NEW' | 'UPDATED_NEW' | undefined;
type RandomChanges = { set: Item; setOnce: Item; at: Nested[]; add: Record<string, number> };
type RandomWrite = {
  kind: 'put' | 'update' | 'remove' | 'check';
  key: Short;
  item: Item;
  changes: RandomChanges;
  guard: Condition | undefined;
  isIndexed: boolean;
};

const key = fc.record({ partition: fc.nat(2), sort: fc.nat(4) });
const text = fc.constantFrom('', 'a', 'ab', 'b', 'é', '\u{1f511}');
const number = fc.constantFrom(0, 1, 2, -1, 0.5, 1_700_000_000);
const plain = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const list = fc.array(plain, { maxLength: 2 });
const map = fc.dictionary(fc.constantFrom('x', 'y'), plain, { maxKeys: 2 });
const value = fc.oneof(plain, list, map);

/** Each attribute has mostly one type, as in the service, and seldom another. */
const item = fc.record(
  { n: number, t: text, l: list, m: map, o: fc.record({ i: map }), v: value },
  { requiredKeys: [] },
);
const path = fc.constantFrom<string | string[]>('n', 't', 'l', 'm', 'v', 'pk', ['m', 'x'], ['o', 'i', 'x'], ['n', 'x']);

const fragment: fc.Arbitrary<Condition> = fc.oneof(
  path.map(attributeExists),
  path.map(attributeMissing),
  fc.constant(attributeExists('pk')),
  fc.constant(attributeMissing('pk')),
  fc.tuple(fc.constantFrom(equals, below, atMost, above), path, value).map(([compare, at, to]) => compare(at, to)),
  fc.tuple(fc.constantFrom('l', 't', 'v'), plain).map(([at, part]) => contains(at, part)),
  fc.tuple(fc.constantFrom('l', 'm'), fc.nat(2)).map(([at, size]) => hasSize(at, size)),
);
const joined = (of: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
  fc
    .tuple(fc.boolean(), fc.array(of, { minLength: 1, maxLength: 3 }))
    .map(([areAll, parts]) => (areAll ? allOf(...parts) : anyOf(...parts)));
const guard = fc.option(fc.oneof(fragment, joined(fragment), joined(joined(fragment))), { nil: undefined });

const nested = fc.record({
  path: fc.constantFrom(['m', 'x'], ['m', 'y'], ['o', 'i', 'x'], ['o', 'i'], ['t', 'x']),
  value: fc.option(plain, { nil: undefined }),
});
const settable = fc.dictionary(fc.constantFrom('n', 't', 'l', 'm', 'o', 'v'), fc.option(value, { nil: undefined }), {
  maxKeys: 2,
});
const changes: fc.Arbitrary<RandomChanges> = fc.record({
  set: settable,
  setOnce: fc.dictionary(fc.constantFrom('t', 'm', 'once'), plain, { maxKeys: 1 }),
  at: fc.array(nested, { maxLength: 2 }),
  add: fc.dictionary(fc.constantFrom('n', 'count', 'v'), fc.constantFrom(1, -1, 2), { maxKeys: 1 }),
});

const write: fc.Arbitrary<RandomWrite> = fc.record({
  kind: fc.constantFrom('put', 'update', 'remove', 'check'),
  key,
  item,
  changes,
  guard,
  isIndexed: fc.boolean(),
});

/** One request, or several for a query that is continued. */
export const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), key }),
  fc.record({ kind: fc.constant('batch' as const), keys: fc.array(key, { minLength: 1, maxLength: 5 }) }),
  fc.record({
    kind: fc.constant('query' as const),
    span: fc.record({
      partition: fc.nat(2),
      limit: fc.integer({ min: 1, max: 6 }),
      newestFirst: fc.boolean(),
      index: fc.constantFrom(undefined, 'by_group' as const, 'by_due' as const),
      range: fc.constantFrom('all', 'begins', 'between', 'reversed'),
      isContinued: fc.boolean(),
    }),
  }),
  fc.record({
    kind: fc.constant('update' as const),
    key,
    changes,
    guard,
    returns: fc.constantFrom(undefined, 'ALL_NEW', 'UPDATED_NEW'),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('transact' as const),
      writes: fc.uniqueArray(write, { minLength: 1, maxLength: 4, selector: ({ key: of }) => JSON.stringify(of) }),
    }),
  },
);

const keyOf = (owner: string, { partition, sort }: Short) => ({ pk: `${owner}#${partition}`, sk: `s#${sort}` });
const hasChange = ({ set, setOnce, at, add }: RandomChanges): boolean =>
  [set, setOnce, at, add].some((part) => Object.keys(part).length > 0);

function toWrite(
  owner: string,
  { kind, key: of, item: stored, changes: changed, guard: only, isIndexed }: RandomWrite,
) {
  const guarded = only === undefined ? {} : { guard: only, refused: () => ({ kind: 'refused' as const }) };
  const place = keyOf(owner, of);
  const index = {
    group_pk: `${owner}#g`,
    group_sk: `${place.pk}${place.sk}`,
    due_pk: `${owner}#d`,
    due_sk: place.sk + place.pk,
  };
  if (kind === 'put') return { put: { ...stored, ...(isIndexed ? index : {}), ...place }, ...guarded };
  if (kind === 'remove') return { remove: place, ...guarded };
  if (kind === 'update' && hasChange(changed)) return { update: place, ...changed, ...guarded };
  return { check: place, guard: only ?? attributeExists('pk'), refused: () => ({ kind: 'refused' as const }) };
}

async function runQuery(table: Table, owner: string, { partition, index, range, isContinued, ...span }: RandomSpan) {
  const pk = index === undefined ? `${owner}#${partition}` : `${owner}#${index === 'by_due' ? 'd' : 'g'}`;
  const [from, to] = index === 'by_group' ? [`${owner}#0`, `${owner}#1s#3`] : ['s#1', 's#3'];
  const part: Partial<Span> = {
    ...(range === 'begins' ? { begins: from } : {}),
    ...(range === 'between' ? { between: [from, to] as const } : {}),
    ...(range === 'reversed' ? { between: [to, from] as const } : {}),
    ...(index === undefined ? {} : { index }),
  };
  let after: Span['after'];
  do {
    const page = await query(table, { pk, ...span, ...part, after });
    after = page.last;
  } while (isContinued && after !== undefined);
}

/** Runs a step as the service would: its requests are those that `lib/dynamo` writes. */
export async function runStep(table: Table, owner: string, step: Step): Promise<void> {
  try {
    if (step.kind === 'get') await getOne(table, keyOf(owner, step.key));
    else if (step.kind === 'batch')
      await readItems(
        table,
        step.keys.map((one) => keyOf(owner, one)),
      );
    else if (step.kind === 'query') await runQuery(table, owner, step.span);
    else if (step.kind === 'update') await runUpdate(table, owner, step);
    else await transact(table, step.writes.map((one) => toWrite(owner, one)) as Write<{ kind: 'refused' }>[]);
  } catch (error) {
    const isAnswer = error instanceof Error && '$metadata' in error;
    if (!isAnswer && !(error instanceof TwoWritesOnOneItem)) throw error;
  }
}

async function runUpdate(table: Table, owner: string, step: Extract<Step, { kind: 'update' }>): Promise<void> {
  const { changes: changed, guard: only, returns } = step;
  if (!hasChange(changed)) return;
  const isNested = changed.at.length > 0;
  const shown = isNested && returns === 'UPDATED_NEW' ? 'ALL_NEW' : returns;
  await updateItem(table, keyOf(owner, step.key), changed, {
    guard: only,
    ...(shown === undefined ? {} : { returns: shown }),
  });
}
