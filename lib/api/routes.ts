import { activateLicense } from './activate.ts';
import { activationRoutes } from './activations.ts';
import { analyticsRoutes } from './analytics.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { brandRoutes } from './brands.ts';
import { bundleRoutes } from './bundles.ts';
import { checkRoutes } from './check.ts';
import { composerRoutes } from './composer.ts';
import { customerRoutes } from './customers.ts';
import { deactivateLicense } from './deactivate.ts';
import { downloadRoutes } from './downloads.ts';
import { eddRoutes } from './edd.ts';
import { eventRoutes } from './events.ts';
import { explainLicense } from './explain.ts';
import { exportRoutes } from './exports.ts';
import { getKeySet } from './key-set.ts';
import { importRoutes } from './imports.ts';
import { latestReleaseRoutes } from './latest-release.ts';
import { licenseKeyRoutes } from './license-keys.ts';
import { lifecycleRoutes } from './license-lifecycle.ts';
import { licenseRoutes } from './licenses.ts';
import { listSeats } from './list-seats.ts';
import { moveLicense } from './move.ts';
import { productRoutes } from './products.ts';
import { releaseRoutes } from './releases.ts';
import type { Route } from './route.ts';
import { serviceRoutes } from './service.ts';
import { settingsRoutes } from './settings.ts';
import { tokenRoutes } from './tokens.ts';
import { updateRoutes } from './updates.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { webhookEndpointRoutes } from './webhook-endpoints.ts';

/** THE route table. A function imports the files of its own routes instead, so that its bundle contains no others. */
export const routes: readonly Route[] = [
  activateLicense,
  ...checkRoutes,
  deactivateLicense,
  moveLicense,
  listSeats,
  ...eddRoutes,
  ...licenseRoutes,
  explainLicense,
  ...analyticsRoutes,
  ...lifecycleRoutes,
  ...licenseKeyRoutes,
  ...activationRoutes,
  ...customerRoutes,
  ...productRoutes,
  ...releaseRoutes,
  ...latestReleaseRoutes,
  ...downloadRoutes,
  ...updateRoutes,
  ...composerRoutes,
  ...bundleRoutes,
  ...apiKeyRoutes,
  ...eventRoutes,
  ...webhookEndpointRoutes,
  ...webhookDeliveryRoutes,
  ...importRoutes,
  ...exportRoutes,
  ...brandRoutes,
  ...settingsRoutes,
  ...tokenRoutes,
  getKeySet,
  ...serviceRoutes,
];

/** The function of `$default`. It also serves the routes that take every path below theirs: no key ends in a slash. */
export const NOT_FOUND = 'not-found';

/** The routes that a function serves. */
export const routesServedBy = (name: string): Route[] =>
  routes.filter((route) => route.function === name || (name === NOT_FOUND && route.below === true));
