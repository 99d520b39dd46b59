import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';

const shown = (what: string) => describe(z.nullable(z.string()), `${what}; null where there is none`);

const links = {
  renew_url: shown('The page on which the license is renewed'),
  upgrade_url: shown('The page on which the license gets more seats'),
  manage_url: shown('The page on which the customer manages the license'),
  support_url: shown('The page on which the customer gets help'),
};

/** A product's links as they were set, with their placeholders. */
export const ProductLinks = describe(z.object(links), {
  id: 'ProductLinks',
  description: 'The pages of the shop that sites show, with placeholders',
});
/** The links of an answer to a site. */
export const LicenseLinks = describe(z.object(links), {
  id: 'LicenseLinks',
  description: 'The pages of the shop about this license, ready to be shown',
});
