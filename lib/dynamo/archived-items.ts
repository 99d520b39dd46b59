import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { BrokenArchive } from '../process/broken-archive.ts';
import { fromItem, toItem, type Item } from './table.ts';
import type { Operations, Wire } from './wire.ts';

// An archived item has only its keys in the table, and the SHA-256 of a text outside of it. Each line of that text is
// one item in DynamoDB's typed values, so reading it back loses nothing.

/** The attribute of an archived item that names its text. It stays on the item that a reader gets. */
export const ARCHIVED = 'archived';

/** Reads a text of a partition by its SHA-256, within the time of the signal. */
export type ReadArchive = (pk: string, sha256: string, signal: AbortSignal) => Promise<string>;

type Raw = Record<string, AttributeValue>;

/** The text of items that are to be archived, in their order. */
export const buildArchiveText = (items: readonly Item[]): string =>
  items.map((item) => `${JSON.stringify(fromItem(item))}\n`).join('');

/** The sort key of the first item that a text does not have as it is here. */
export function findMissing(text: string, items: readonly Item[]): string | undefined {
  const archived = parseArchiveText(text);
  const isSame = (item: Item): boolean => isDeepStrictEqual(archived.get(String(item['sk'])), fromItem(item));
  const missing = items.find((item) => !isSame(item));
  return missing && String(missing['sk']);
}

function parseArchiveText(text: string): Map<string | undefined, Raw> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as Raw).map((raw) => [raw['sk']?.S, raw]));
}

/** Returns items as they were before they were archived; reads each text once. */
function openCompletion(read: ReadArchive, signal: AbortSignal): (raw: Raw) => Promise<Raw> {
  const texts = new Map<string, Promise<Map<string | undefined, Raw>>>();
  return async (raw) => {
    const [pk, sk, sha256] = [raw['pk']?.S, raw['sk']?.S, raw[ARCHIVED]?.S];
    if (pk === undefined || sk === undefined || sha256 === undefined) return raw;
    const name = `${pk}\n${sha256}`;
    const text = texts.get(name) ?? read(pk, sha256, signal).then(parseArchiveText);
    texts.set(name, text);
    const found = (await text).get(sk);
    if (found === undefined) throw new BrokenArchive(`the archive of ${pk} lacks ${sk}`);
    return { ...found, [ARCHIVED]: { S: sha256 } };
  };
}

/** Completes one item as the auditor reads it: outside of a wire, and one at a time. */
export function openItemCompletion(read: ReadArchive, signal: AbortSignal): (item: Item) => Promise<Item> {
  const complete = openCompletion(read, signal);
  return async (item) => (item[ARCHIVED] === undefined ? item : toItem(await complete(fromItem(item))));
}

type Answered = { Item?: Raw; Items?: Raw[]; Responses?: Record<string, Raw[]> };

const listItems = ({ Item, Items = [], Responses = {} }: Answered): Raw[] => [
  ...(Item === undefined ? [] : [Item]),
  ...Items,
  ...Object.values(Responses).flat(),
];

/**
 * A wire whose reads return archived items whole, within the deadline of the read. Nothing above it knows which items
 * are archived, except who writes them.
 */
export function withArchive<O extends keyof Operations>(wire: Wire<O>, read: ReadArchive): Wire<O> {
  return async (operation, input, signal) => {
    const answer = await wire(operation, input, signal);
    const answered = answer as Answered;
    if (!listItems(answered).some((raw) => ARCHIVED in raw)) return answer;
    return { ...answer, ...(await completeAnswer(answered, openCompletion(read, signal))) };
  };
}

async function completeAnswer(
  { Item, Items, Responses }: Answered,
  complete: (raw: Raw) => Promise<Raw>,
): Promise<Answered> {
  const completeAll = (raws: readonly Raw[]): Promise<Raw[]> => Promise.all(raws.map(complete));
  const lists = Object.entries(Responses ?? {}).map(async ([name, raws]) => [name, await completeAll(raws)] as const);
  return {
    ...(Item === undefined ? {} : { Item: await complete(Item) }),
    ...(Items === undefined ? {} : { Items: await completeAll(Items) }),
    ...(Responses === undefined ? {} : { Responses: Object.fromEntries(await Promise.all(lists)) }),
  };
}
