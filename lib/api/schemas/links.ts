import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { findLinkFault } from '../../domain/product-links.ts';
import { text } from './fields.ts';

const MAX_LINK_LENGTH = 2048;
const PLACEHOLDERS = '`{license_id}`, `{license_key_id}` and `{product}` (the slug) are filled in for each license';

const link = text(MAX_LINK_LENGTH).check(
  z.superRefine((value, ctx) => {
    const message = findLinkFault(value);
    if (message !== undefined) ctx.addIssue({ code: 'custom', message, input: value });
  }),
);
const linkToSet = (what: string) => describe(z.optional(z.nullable(link)), what);

/** Links as a request sets them: null removes one, and one that is not named stays. */
export const LinksToSet = describe(
  z.strictObject({
    renew_url: linkToSet('The page on which a license is renewed'),
    upgrade_url: linkToSet('The page on which a license gets more seats'),
    manage_url: linkToSet('The page on which a customer manages a license'),
    support_url: linkToSet('The page on which a customer gets help'),
  }),
  {
    id: 'ProductLinksToSet',
    description: `The pages of your shop that sites show: http or https URLs. ${PLACEHOLDERS}. Null removes a link`,
  },
);
