import type { License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { listKeys } from './keys.ts';
import type { Item } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import { isNew } from '../dynamo/condition.ts';

/** The result of a purchase under an order or invoice number. Written once, kept for ever. */
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

export function claimExternal<R>(
  brand: string,
  external: External,
  refused: (present: External | undefined) => R,
): Write<R> {
  return {
    put: { ...listKeys.external(brand, external.external_id), ...external },
    guard: isNew,
    refused: (present) => refused(present && parseExternalItem(present)),
  };
}
