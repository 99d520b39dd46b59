import * as z from 'zod';
import { id, time } from './fields.ts';

export const LicenseKeyView = z
  .object({
    id,
    key: z.string().meta({
      description:
        'The text of the key. It is shown in full to API keys with the scope `license_keys:reveal` and to the ' +
        'caller that has just created it; other callers see it masked',
    }),
    customer_email: z.string().meta({ description: 'The e-mail of the customer who has the key' }),
  })
  .meta({ id: 'LicenseKey', description: 'The key that a customer enters' });

export const LicenseKeyAnswer = LicenseKeyView.extend({
  created_at: time,
  old_key_valid_until: time.nullable().meta({ description: 'The end of the overlap; null when there is none' }),
}).meta({ id: 'RotatedLicenseKey', description: 'A license key with its new text' });
export type LicenseKeyAnswer = z.infer<typeof LicenseKeyAnswer>;

export const KeyOfCustomer = z
  .object({
    id,
    key: z.string().meta({
      description:
        'The text of the key. It is shown in full to API keys with the scope `license_keys:reveal`; other ' +
        'callers see its last four characters',
    }),
    created_at: time,
  })
  .meta({ id: 'CustomerLicenseKey', description: 'A license key of the customer' });
export type KeyOfCustomer = z.infer<typeof KeyOfCustomer>;
