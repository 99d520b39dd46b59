import { commonProblems, type Problems } from './common-problems.ts';
import { seatProblems } from './seat-problems.ts';

/** The refusals of downloads, beside the common ones. People see them in a browser, and WordPress their status. */
export const releaseProblems = {
  license_key_required: {
    status: 401,
    title: 'License key required',
    detail: () => 'Send a license key of this product as the password. Any user name will do.',
  },
  product_not_found: {
    status: 404,
    title: 'Product not found',
    detail: (facts) => `This brand has no product “${facts.product}”. Check its slug or id.`,
  },
  download_not_allowed: {
    status: 403,
    title: 'Download not allowed',
    detail: () =>
      'This link does not allow the download, or its license no longer does. Check for updates again on your site, ' +
      'and ask the shop that sold the license if that does not help.',
  },
  download_ended: {
    status: 410,
    title: 'Download ended',
    detail: () => 'This link has ended, or this version has been withdrawn. Check for updates again on your site.',
  },
} as const satisfies Problems;

/** All problems of the routes by which sites get updates. */
export const updateProblems: Problems = Object.assign({}, commonProblems, seatProblems, releaseProblems);
