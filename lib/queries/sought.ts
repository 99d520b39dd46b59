import { namedInstance } from '../domain/instance.ts';
import { required } from '../domain/invariant.ts';
import { hashLicenseKey, parseLicenseKey } from '../domain/license-key.ts';
import { isBareEnding, parseKeyEnding } from '../domain/license-key-ending.ts';
import { metadataNameIn } from '../domain/metadata-filter.ts';
import type { Refinement, Sought } from './search/license-search.ts';
import { hashImportedKey } from '../table/imported-address.ts';
import type { Vault } from '../process/vault.ts';

type Criteria = Partial<
  Record<
    'email' | 'license_key' | 'external_id' | 'instance' | 'product' | 'license_id' | 'expires_before',
    string | undefined
  >
> & {
  instance_type?: 'url' | 'hostname' | 'machine_id' | undefined;
  metadata?: Record<string, string> | undefined;
};

/** The condition of a search request, whose schema has checked that it names one. */
export function readSought(vault: Vault, input: Criteria): Sought {
  const { email, license_key, external_id, instance, instance_type, product, license_id } = input;
  const refine = refinementIn(input);
  const hash = email === undefined ? undefined : vault.keyedHash(email, 'email');
  if (license_key !== undefined) return soughtByKey(vault, license_key, hash, refine);
  if (hash !== undefined) return { by: 'email', hash, ...refined(refine) };
  if (external_id !== undefined) return { by: 'external_id', externalId: external_id };
  if (product !== undefined) return { by: 'product', product, expiresBefore: input.expires_before, ...refined(refine) };
  if (license_id !== undefined) return { by: 'license_id', id: license_id };
  const parsed = namedInstance({ instance_type, instance_identifier: instance });
  return { by: 'instance', instance: required(parsed, 'a search has a condition') };
}

/**
 * A whole key is found by itself, and an e-mail beside it must be its holder's. An ending refines a search by e-mail.
 * A text that is neither one of our keys nor an ending may be an imported key; four characters alone may be both.
 */
function soughtByKey(vault: Vault, typed: string, emailHash: string | undefined, refine: Refinement): Sought {
  const key = parseLicenseKey(typed);
  const ending = key === undefined ? parseKeyEnding(typed) : undefined;
  if (ending === undefined) {
    const whole = { by: 'license_key', importedHash: hashImportedKey(vault, typed) } as const;
    const own = key && { brand: key.prefix, hash: hashLicenseKey(key.text) };
    return { ...whole, ...own, ...refined(emailHash === undefined ? refine : { ...refine, emailHash }) };
  }
  const { prefix, lastFour } = ending;
  const brand = prefix === undefined ? {} : { brand: prefix };
  const among = emailHash === undefined ? refine : { ...refine, emailHash };
  const whole = isBareEnding(typed)
    ? { whole: { importedHash: hashImportedKey(vault, typed), ...refined(among) } }
    : {};
  if (emailHash === undefined) return { by: 'ending', lastFour, ...brand, ...whole };
  return { by: 'email', hash: emailHash, refine: { ...refine, lastFour }, ...brand, ...whole };
}

function refinementIn({ metadata = {} }: Criteria): Refinement {
  const pairs = Object.entries(metadata).map(([name, value]) => [metadataNameIn(name), value] as const);
  return pairs.length === 0 ? {} : { metadata: pairs };
}

const refined = (refine: Refinement): { refine?: Refinement } => (Object.keys(refine).length === 0 ? {} : { refine });
