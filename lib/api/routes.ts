import { activationRoutes } from './activations.ts';
import { adminRoutes } from './admin.ts';
import { brandRoutes } from './brand.ts';
import { catalogRoutes } from './catalog.ts';
import { customerRoutes } from './customers.ts';
import { lifecycleRoutes } from './lifecycle.ts';
import { moveRoutes } from './moves.ts';
import { oauthRoutes } from './oauth.ts';
import { openRoutes } from './open.ts';
import { productRoutes } from './product.ts';
import { searchRoutes } from './search.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { webhookRoutes } from './webhooks.ts';
import type { Route } from './route.ts';

/** THE route table. A function that serves a few of them imports those from `routes/`, so that its bundle holds no others. */
export const routes: readonly Route[] = [
  ...productRoutes,
  ...brandRoutes,
  ...lifecycleRoutes,
  ...moveRoutes,
  ...customerRoutes,
  ...activationRoutes,
  ...searchRoutes,
  ...adminRoutes,
  ...catalogRoutes,
  ...webhookRoutes,
  ...webhookDeliveryRoutes,
  ...oauthRoutes,
  ...openRoutes,
];
