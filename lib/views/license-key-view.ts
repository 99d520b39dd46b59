import type { BrandContext } from '../context.ts';
import type { Credential } from '../domain/credential.ts';
import { licenseKeySecret, shownSecret, type Secret } from '../domain/shown-secret.ts';
import type { Customer } from '../table/customers.ts';
import { keyTextContext, type LicenseKey } from '../table/license-keys.ts';
import { shownEmail } from './customer-view.ts';

/** The brand whose keys and customers are shown, and the vault that opens their texts. */
export type TextSource = { brand: Pick<BrandContext['brand'], 'key_prefix'>; vault: BrandContext['vault'] };
/** The same, and the scopes of the caller who sees them. */
type Shown = TextSource & { credential: Pick<Credential, 'scopes'> };

type SealedKey = Pick<LicenseKey, 'partition' | 'text_cipher'>;

/** The whole text of a key, for the service itself. Answers take `shownKey`. */
const keyText = ({ brand, vault }: TextSource, { partition, text_cipher }: SealedKey): string =>
  vault.decrypt(text_cipher, keyTextContext(brand.key_prefix, partition));

/** The text of a key as the caller sees it: in full with the scope for it, and to the caller whose call made it. */
const shownKey = (ctx: Shown, key: SealedKey, isNew = false): string =>
  shownSecret(ctx.credential, keySecret(ctx, key), isNew);

/** The key's text in an answer that has it at this path. */
export const keySecret = (ctx: TextSource, key: SealedKey, ...at: string[]): Secret =>
  licenseKeySecret(keyText(ctx, key), ...at);

/** A key as it is shown with its license. */
export const licenseKeyView = (
  ctx: Shown,
  key: SealedKey & Pick<LicenseKey, 'id'>,
  customer: Pick<Customer, 'partition' | 'email_cipher'>,
  isNew = false,
) => ({ id: key.id, key: shownKey(ctx, key, isNew), customer_email: shownEmail(ctx, customer) });

/** A key as it is shown with its customer. */
export const customerKeyView = (ctx: Shown, key: SealedKey & Pick<LicenseKey, 'id' | 'created_at'>) => ({
  id: key.id,
  key: shownKey(ctx, key),
  created_at: key.created_at,
});
