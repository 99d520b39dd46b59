import { activationRoutes } from './routes/activations.ts';
import { adminRoutes } from './routes/admin.ts';
import { brandRoutes } from './routes/brand.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { customerRoutes } from './routes/customers.ts';
import { lifecycleRoutes } from './routes/lifecycle.ts';
import { moveRoutes } from './routes/moves.ts';
import { oauthRoutes } from './routes/oauth.ts';
import { openRoutes } from './routes/open.ts';
import { productRoutes } from './routes/product.ts';
import { searchRoutes } from './routes/search.ts';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts';
import { webhookRoutes } from './routes/webhooks.ts';
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
