import { hashLicenseKey, parseLicenseKey } from '../domain/license-key.ts';
import { unpastedKey } from '../domain/pasted.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { findOrigin } from '../dynamo/join-reads.ts';
import { readItems, type Table } from '../dynamo/table.ts';
import type { Vault } from '../process/vault.ts';
import { afterFailedLookup } from './failed-lookups.ts';
import { keys, PLATFORM, platformKeys } from './keys.ts';
import type { AddressContext, TextAddress } from './text-address.ts';

/** Imported texts may be short and guessable, so a plain hash of them could be guessed from a backup. */
export const hashImportedKey = (vault: Pick<Vault, 'keyedHash'>, text: string): string =>
  vault.keyedHash(unpastedKey(text), 'license_key');

/** The hash under which a brand stores a text: a plain one for its own keys, which are random, else a keyed one. */
export function hashKeyText(vault: Pick<Vault, 'keyedHash'>, brand: string, text: string): string {
  const own = parseLicenseKey(text);
  return own?.prefix === brand ? hashLicenseKey(own.text) : hashImportedKey(vault, text);
}

/**
 * The address of a text that comes with the slug of a brand. One that looks like one of ours while the slug names
 * another brand may be either: one more read decides.
 */
export async function findNamedAddress(
  ctx: AddressContext,
  typed: { license_key: string; brand: string },
  own: TextAddress | undefined,
): Promise<TextAddress | Refusal> {
  const brand = await findRememberedPrefix(ctx.table(PLATFORM), typed.brand);
  if (brand === undefined) return own ?? afterFailedLookup(ctx, refuse('license_key_not_found'));
  return findAddressIn(ctx, { license_key: typed.license_key, brand }, own);
}

/** The same where the brand is known by its prefix. */
export async function findAddressIn(
  ctx: AddressContext,
  { license_key, brand }: { license_key: string; brand: string },
  own: TextAddress | undefined,
): Promise<TextAddress> {
  if (brand === own?.brand) return own;
  const imported = { brand, hash: hashImportedKey(await ctx.openVault(), license_key) };
  if (own === undefined) return imported;
  const ownKey = keys.licenseKey(own.brand, own.hash);
  const itemAt = await readItems(ctx.table(brand, own.brand), [ownKey]);
  return itemAt(ownKey) ? own : imported;
}

/** A container has one wire, and neither slug nor prefix ever changes. */
const prefixes = new WeakMap<object, Map<string, string>>();

async function findRememberedPrefix(table: Table<'BatchGetItem'>, slug: string): Promise<string | undefined> {
  const origin = findOrigin(table.wire);
  const known = prefixes.get(origin) ?? new Map<string, string>();
  prefixes.set(origin, known);
  const remembered = known.get(slug);
  if (remembered !== undefined) return remembered;
  const key = platformKeys.brandInList(slug);
  const prefix = (await readItems(table, [key]))(key)?.['key_prefix'];
  if (typeof prefix !== 'string') return undefined;
  known.set(slug, prefix);
  return prefix;
}
