import { refuse, type Refusal } from '../domain/refusal.ts';
import { readItems, type Table } from '../dynamo/table.ts';
import type { Wire } from '../dynamo/wire.ts';
import { afterFailedLookup } from './failed-lookups.ts';
import { hashImportedKey, type AddressContext, type TextAddress, type TypedKey } from './key-address.ts';
import { keys, PLATFORM, platformKeys } from './keys.ts';

/** The address of a key's text in a brand named by its slug. `own` is the address if it may be a key of ours. */
export async function findAddressInBrand(
  ctx: AddressContext,
  typed: TypedKey & { brand: string },
  own: TextAddress | undefined,
): Promise<TextAddress | Refusal> {
  const brand = await findRememberedPrefix(ctx.table(PLATFORM), typed.brand);
  if (brand === undefined || brand === own?.brand)
    return own ?? afterFailedLookup(ctx, refuse('license_key_not_found'));
  const imported = { brand, hash: hashImportedKey(await ctx.openVault(), typed.license_key) };
  if (own === undefined) return imported;
  const ownKey = keys.licenseKey(own.brand, own.hash);
  const itemAt = await readItems(ctx.table(brand, own.brand), [ownKey]);
  return itemAt(ownKey) ? own : imported;
}

/** A container has one wire, and neither slug nor prefix ever changes. */
const prefixes = new WeakMap<Wire, Map<string, string>>();

async function findRememberedPrefix(table: Table<'BatchGetItem'>, slug: string): Promise<string | undefined> {
  const known = prefixes.get(table.wire) ?? new Map<string, string>();
  prefixes.set(table.wire, known);
  const remembered = known.get(slug);
  if (remembered !== undefined) return remembered;
  const key = platformKeys.brandInList(slug);
  const prefix = (await readItems(table, [key]))(key)?.['key_prefix'];
  if (typeof prefix !== 'string') return undefined;
  known.set(slug, prefix);
  return prefix;
}
