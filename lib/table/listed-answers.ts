import type { Key } from '../dynamo/schema.ts';
import { answerKeys, keys } from './keys.ts';
import { type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';

/**
 * Names the customer that a stored answer is about and the license whose metadata it shows. An erasure finds it
 * by both.
 */
export type AnswerSubject = { brand: string; partition: string; anchor?: string };

/** A stored answer's entry in its lists: its key, its end, and the lists it is in. */
export type ListedAnswer = { once: Key; ttl: number; listings: Key[] };

/**
 * Lists an answer under its customer, and under the license that it shows: metadata stays with a license, so an answer
 * to a later holder may contain an earlier one's.
 */
export function listAnswer({ brand, ...subject }: AnswerSubject, once: Key, ttl: number): Write<never>[] {
  return listingsOf({ brand, ...subject }, once.pk).map((key) => ({ put: { ...key, ...subject, ttl } }));
}

function listingsOf({ brand, partition, anchor }: AnswerSubject, oncePk: string): Key[] {
  return [
    answerKeys.customerAnswer(brand, partition, oncePk),
    ...(anchor === undefined ? [] : [answerKeys.licenseAnswer(brand, anchor, oncePk)]),
  ];
}

/** Answers that concern a customer, at most `limit`. */
export const listCustomerAnswers = (
  table: Table<'Query'>,
  brand: string,
  partition: string,
  limit: number,
): Promise<ListedAnswer[]> => listedIn(table, brand, keys.customer(brand, partition).pk, limit);

/** Lists at most `limit` answers that show a license, of all customers who held it. */
export const listLicenseAnswers = (
  table: Table<'Query'>,
  brand: string,
  anchor: string,
  limit: number,
): Promise<ListedAnswer[]> => listedIn(table, brand, keys.license(brand, anchor).pk, limit);

async function listedIn(table: Table<'Query'>, brand: string, pk: string, limit: number): Promise<ListedAnswer[]> {
  const { items } = await query(table, { pk, begins: LIST, limit });
  return items.map((item) => listedOf(brand, item));
}

const LIST = 'answer#';

function listedOf(brand: string, { sk, partition, anchor, ttl }: Item): ListedAnswer {
  const pk = String(sk).slice(LIST.length);
  const subject = { brand, partition: String(partition), ...(typeof anchor === 'string' ? { anchor } : {}) };
  return { once: { pk, sk: 'once' }, ttl: Number(ttl), listings: listingsOf(subject, pk) };
}
