import { createWebhookEndpoint } from '../lib/commands/create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from '../lib/commands/delete-webhook-endpoint.ts';
import { pauseWebhookEndpoint } from '../lib/commands/pause-webhook-endpoint.ts';
import { redeliverWebhook } from '../lib/commands/redeliver-webhook.ts';
import { replayWebhooks } from '../lib/commands/replay-webhooks.ts';
import { resumeWebhookEndpoint } from '../lib/commands/resume-webhook-endpoint.ts';
import { rotateWebhookSecret } from '../lib/commands/rotate-webhook-secret.ts';
import { testWebhookEndpoint } from '../lib/commands/test-webhook-endpoint.ts';
import { updateWebhookEndpoint } from '../lib/commands/update-webhook-endpoint.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as webhookEndpoints from '../lib/api/webhook-endpoints.ts';
import * as webhookDeliveries from '../lib/api/webhook-deliveries.ts';
import { getWebhookEndpoint } from '../lib/queries/get-webhook-endpoint.ts';
import { listDeliveries } from '../lib/queries/list-deliveries.ts';
import { listEventDeliveries } from '../lib/queries/list-event-deliveries.ts';
import { listWebhookEndpoints } from '../lib/queries/list-webhook-endpoints.ts';
import { openRuntime } from '../lib/runtime.ts';
import { bindQueues } from '../lib/webhooks/with-queues.ts';

export const handler = serve(openRuntime, [
  bindBrand(webhookEndpoints.createWebhookEndpoint, createWebhookEndpoint),
  bindBrand(webhookEndpoints.listWebhookEndpoints, listWebhookEndpoints),
  bindBrand(webhookEndpoints.getWebhookEndpoint, getWebhookEndpoint),
  bindBrand(webhookEndpoints.updateWebhookEndpoint, updateWebhookEndpoint),
  bindBrand(webhookEndpoints.deleteWebhookEndpoint, deleteWebhookEndpoint),
  bindBrand(webhookEndpoints.pauseWebhookEndpoint, pauseWebhookEndpoint),
  bindBrand(webhookEndpoints.resumeWebhookEndpoint, resumeWebhookEndpoint),
  bindBrand(webhookEndpoints.rotateWebhookSecret, rotateWebhookSecret),
  bindBrand(webhookDeliveries.listDeliveries, listDeliveries),
  bindBrand(webhookDeliveries.listEventDeliveries, listEventDeliveries),
  bindBrand(webhookDeliveries.redeliver, bindQueues(redeliverWebhook)),
  bindBrand(webhookEndpoints.testWebhookEndpoint, testWebhookEndpoint),
  bindBrand(webhookEndpoints.replayEvents, replayWebhooks),
]);
