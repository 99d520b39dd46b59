import { required } from '../domain/invariant.ts';
import type { License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { listKeys } from './keys.ts';
import type { Item } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import { allOf, equals, hasSize, isNew } from '../dynamo/condition.ts';

/** The result of a purchase under an order or invoice number. Only an import or its undo changes it. */
export type External = {
  external_id: string;
  license_key_id: string;
  licenses: readonly Pick<License, 'id' | 'anchor'>[];
};

export function parseExternalItem(item: Item): External {
  const { pk: _pk, sk: _sk, ...external } = item;
  return external as External;
}

/** The refusal of a number's second use, with what the first one made. */
export function externalTaken({ external_id, license_key_id, licenses }: External): Refusal {
  const license_ids = licenses.map(({ id }) => id);
  return refuse('external_id_taken', { external_id, license_key_id, license_ids });
}

export function claimExternal<R>(brand: string, external: External, refused: (present: External) => R): Write<R> {
  return {
    put: { ...listKeys.external(brand, external.external_id), ...external },
    guard: isNew,
    refused: (present) => refused(parseExternalItem(required(present, 'a number that is taken is there'))),
  };
}

/** The number leads to other licenses of its key, if it still leads to those that were read. */
export const changeExternal = <R>(
  brand: string,
  known: External,
  licenses: External['licenses'],
  refused: () => R,
): Write<R> => ({
  put: { ...listKeys.external(brand, known.external_id), ...known, licenses },
  guard: stillLeadsTo(known),
  refused,
});

/** Frees the number, if it still leads to the licenses that were read. */
export const freeExternal = <R>(brand: string, known: External, refused: () => R): Write<R> => ({
  remove: listKeys.external(brand, known.external_id),
  guard: stillLeadsTo(known),
  refused,
});

const stillLeadsTo = ({ license_key_id, licenses }: External) =>
  allOf(equals('license_key_id', license_key_id), hasSize('licenses', licenses.length));
