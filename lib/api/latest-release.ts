import { productCall } from './examples/product.ts';
import { release, signedPackage } from './examples/releases.ts';
import { latestReleaseByPostEndpoint, latestReleaseEndpoint } from './latest-release-endpoint.ts';
import type { Route } from './route.ts';
import { LatestReleaseAnswer } from './schemas/latest-release.ts';
import { anyInstanceTexts, credentialTexts } from './schemas/product-call-texts.ts';

const answer = {
  release: {
    version: release.version,
    channel: 'stable',
    name: release.name,
    requires: release.requires,
    tested: release.tested,
    requires_php: release.requires_php,
    sections: release.sections,
    upgrade_notice: null,
    icons: {},
    banners: {},
    published_at: release.published_at,
    ...signedPackage,
  },
  package: { url: 'https://licenses.example.com/downloads/v1-…', expires_at: '2026-11-25T00:00:00Z' },
  code: 'valid',
  detail: null,
};

const latest = {
  function: 'latest-release',
  description:
    'Answers the newest release of the channel that the PHP and WordPress of the site can run, within its rollout ' +
    'and the policy of the license. `package` is null unless the license may update; `release` is shown all the ' +
    'same. Without a license key, `brand` and `product` are required.',
  example: { ...productCall, installed_version: '3.16.0', php_version: '8.2', wp_version: '6.8' },
  fieldTexts: {
    ...credentialTexts,
    ...anyInstanceTexts,
    brand: 'The slug of the brand. It is required without a license key',
    channel: 'The channel of the site',
    installed_version: 'The version that the site has',
    php_version: 'The version of PHP on the site',
    wp_version: 'The version of WordPress on the site',
    older_than: 'Only releases before this version: for a site that goes back to an older one',
    locale: 'The language of the site',
  },
  success: [{ status: 200, description: 'The offer', body: LatestReleaseAnswer, example: answer }],
  refusals: ['license_key_not_found', 'license_key_replaced', 'product_not_found', 'product_required', 'rate_limited'],
} as const;

const latestRelease = {
  ...latestReleaseEndpoint,
  ...latest,
  summary: 'Ask for an update',
} as const satisfies Route;
const latestReleaseByPost = {
  ...latestReleaseByPostEndpoint,
  ...latest,
  summary: 'Ask for an update by POST',
} as const satisfies Route;

export const latestReleaseRoutes: readonly Route[] = [latestRelease, latestReleaseByPost];
