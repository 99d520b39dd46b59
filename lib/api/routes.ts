import { activateLicense } from './activate.ts';
import { activationRoutes } from './activations.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { brandRoutes } from './brands.ts';
import { bundleRoutes } from './bundles.ts';
import { checkRoutes } from './check.ts';
import { customerRoutes } from './customers.ts';
import { deactivateLicense } from './deactivate.ts';
import { eddRoutes } from './edd.ts';
import { eventRoutes } from './events.ts';
import { licenseKeyRoutes } from './license-keys.ts';
import { lifecycleRoutes } from './license-lifecycle.ts';
import { licenseRoutes } from './licenses.ts';
import { productRoutes } from './products.ts';
import type { Route } from './route.ts';
import { serviceRoutes } from './service.ts';
import { tokenRoutes } from './tokens.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { webhookEndpointRoutes } from './webhook-endpoints.ts';

/** THE route table. A function imports the files of its own routes instead, so that its bundle contains no others. */
export const routes: readonly Route[] = [
  activateLicense,
  ...checkRoutes,
  deactivateLicense,
  ...eddRoutes,
  ...licenseRoutes,
  ...lifecycleRoutes,
  ...licenseKeyRoutes,
  ...activationRoutes,
  ...customerRoutes,
  ...productRoutes,
  ...bundleRoutes,
  ...apiKeyRoutes,
  ...eventRoutes,
  ...webhookEndpointRoutes,
  ...webhookDeliveryRoutes,
  ...brandRoutes,
  ...tokenRoutes,
  ...serviceRoutes,
];

/** The function of `$default`. It also serves the routes that take every path below theirs: no key ends in a slash. */
export const NOT_FOUND = 'not-found';

/** The routes that a function serves. */
export const routesServedBy = (name: string): Route[] =>
  routes.filter((route) => route.function === name || (name === NOT_FOUND && route.below === true));
