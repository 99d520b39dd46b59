import { parseInstance } from '../domain/instance.ts';
import { hashLicenseKey, parseLicenseKey } from '../domain/license-key.ts';
import type { Sought } from '../table/license-search.ts';
import type { Vault } from '../vault.ts';

type Criteria = Partial<
  Record<
    'email' | 'license_key' | 'external_id' | 'instance' | 'product' | 'license_id' | 'expires_before',
    string | undefined
  >
> & {
  instance_type?: 'url' | 'hostname' | 'machine_id' | undefined;
};

/** What a request searches by; undefined where nothing can be found, as by a license key with a typing error. */
export function soughtIn(vault: Vault, input: Criteria): Sought | undefined {
  const { email, license_key, external_id, instance, instance_type, product, license_id } = input;
  if (email !== undefined) return { by: 'email', hash: vault.keyedHash(email, 'email') };
  if (external_id !== undefined) return { by: 'external_id', externalId: external_id };
  if (product !== undefined) return { by: 'product', product, expiresBefore: input.expires_before };
  if (license_id !== undefined) return { by: 'license_id', id: license_id };
  if (license_key !== undefined) {
    const parsed = parseLicenseKey(license_key);
    return parsed && { by: 'license_key', brand: parsed.prefix, hash: hashLicenseKey(parsed.text) };
  }
  const parsed = instance === undefined ? undefined : parseInstance(instance_type ?? 'url', instance);
  return parsed && { by: 'instance', instance: parsed };
}
