import * as z from 'zod';

/** What a brand decides for all of its purchases. */
export const BrandSettings = z
  .strictObject({
    license_key: z
      .enum(['per_customer', 'new'])
      .optional()
      .describe('Which key a purchase goes to where the request does not say; per_customer unless set'),
  })
  .describe('What a brand decides for all of its purchases');
export type BrandSettings = z.infer<typeof BrandSettings>;
