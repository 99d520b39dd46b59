import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { id, time } from './fields.ts';

export const LicenseKeyView = describe(
  z.object({
    id,
    key: describe(
      z.string(),
      'The text of the key. It is shown in full to API keys with the scope `license_keys:reveal` and to the ' +
        'caller that has just created it; other callers see it masked',
    ),
    customer_email: describe(z.string(), 'The e-mail of the customer who has the key'),
  }),
  { id: 'LicenseKey', description: 'The key that a customer enters' },
);

export const LicenseKeyAnswer = describe(
  z.extend(LicenseKeyView, {
    created_at: time,
    old_key_valid_until: describe(z.nullable(time), 'The end of the overlap; null when there is none'),
  }),
  { id: 'RotatedLicenseKey', description: 'A license key with its new text' },
);
export type LicenseKeyAnswer = z.infer<typeof LicenseKeyAnswer>;

export const KeyOfCustomer = describe(
  z.object({
    id,
    key: describe(
      z.string(),
      'The text of the key. It is shown in full to API keys with the scope `license_keys:reveal`; other ' +
        'callers see its last four characters',
    ),
    created_at: time,
  }),
  { id: 'CustomerLicenseKey', description: 'A license key of the customer' },
);
export type KeyOfCustomer = z.infer<typeof KeyOfCustomer>;
