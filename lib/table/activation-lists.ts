import type { License } from '../domain/license.ts';
import type { Activation } from '../domain/seats.ts';
import { parseActivationItem } from './activations.ts';
import { keys } from './keys.ts';
import { query } from '../dynamo/query.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Table } from '../dynamo/table.ts';

/** One page of a license's activations, in a stable but arbitrary order. */
export async function readActivations(
  table: Table<'Query'>,
  brand: string,
  license: License,
  page: { limit: number; after?: Key | undefined },
): Promise<{ activations: Activation[]; last: Key | undefined }> {
  const { pk } = keys.license(brand, license.anchor);
  const { items, last } = await query(table, { pk, begins: `seat#${String(license.seat_set)}#`, ...page });
  return { activations: items.map(parseActivationItem), last };
}

/** Activations of one seat set, with their keys. */
export async function readSeats(
  table: Table<'Query'>,
  brand: string,
  anchor: string,
  seatSet: number,
  page: { limit: number; after?: Key | undefined },
): Promise<{ seats: { key: Key; activation: Activation }[]; last: Key | undefined }> {
  const { pk } = keys.license(brand, anchor);
  const { items, last } = await query(table, { pk, begins: `seat#${String(seatSet)}#`, ...page });
  return {
    seats: items.map((item) => ({ key: { pk, sk: String(item['sk']) }, activation: parseActivationItem(item) })),
    last,
  };
}

/** The keys of a license's refused calls, at most `limit`. */
export async function readRefusedCallKeys(
  table: Table<'Query'>,
  brand: string,
  anchor: string,
  limit: number,
): Promise<Key[]> {
  const { pk } = keys.license(brand, anchor);
  const { items } = await query(table, { pk, begins: 'refused#', limit });
  return items.map((item) => ({ pk, sk: String(item['sk']) }));
}
