import { createWebhookEndpoint } from '../lib/commands/create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from '../lib/commands/delete-webhook-endpoint.ts';
import { pauseWebhookEndpoint } from '../lib/commands/pause-webhook-endpoint.ts';
import { resumeWebhookEndpoint } from '../lib/commands/resume-webhook-endpoint.ts';
import { rotateWebhookSecret } from '../lib/commands/rotate-webhook-secret.ts';
import { updateWebhookEndpoint } from '../lib/commands/update-webhook-endpoint.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/http/routes/webhooks.ts';
import { getWebhookEndpoint } from '../lib/queries/get-webhook-endpoint.ts';
import { listWebhookEndpoints } from '../lib/queries/list-webhook-endpoints.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(routes.createWebhookEndpoint, createWebhookEndpoint),
  bindBrand(routes.listWebhookEndpoints, listWebhookEndpoints),
  bindBrand(routes.getWebhookEndpoint, getWebhookEndpoint),
  bindBrand(routes.updateWebhookEndpoint, updateWebhookEndpoint),
  bindBrand(routes.deleteWebhookEndpoint, deleteWebhookEndpoint),
  bindBrand(routes.pauseWebhookEndpoint, pauseWebhookEndpoint),
  bindBrand(routes.resumeWebhookEndpoint, resumeWebhookEndpoint),
  bindBrand(routes.rotateWebhookSecret, rotateWebhookSecret),
]);
