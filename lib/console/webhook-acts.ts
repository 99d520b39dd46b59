import { redeliver } from '../api/webhook-deliveries.ts';
import * as webhooks from '../api/webhook-endpoints.ts';
import { createWebhookEndpoint } from '../commands/create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from '../commands/delete-webhook-endpoint.ts';
import { pauseWebhookEndpoint } from '../commands/pause-webhook-endpoint.ts';
import { redeliverWebhook } from '../commands/redeliver-webhook.ts';
import { replayWebhooks } from '../commands/replay-webhooks.ts';
import { resumeWebhookEndpoint } from '../commands/resume-webhook-endpoint.ts';
import { rotateWebhookSecret } from '../commands/rotate-webhook-secret.ts';
import { testWebhookEndpoint } from '../commands/test-webhook-endpoint.ts';
import { updateWebhookEndpoint } from '../commands/update-webhook-endpoint.ts';
import { bindQueues } from '../webhooks/with-queues.ts';
import { buildAct as act, overlapField, type Act, type ActField } from './act.ts';

const onEndpoint = { on: 'webhook-endpoints' } as const;
const eventTypes: ActField = {
  name: 'event_types',
  label: 'Types of event',
  kind: 'list',
  hint: 'Such as license.*, seat.deactivated; * is everything',
};

/** The acts on webhook endpoints and their deliveries, which brand admins may do. */
export const webhookActs: readonly Act[] = [
  act({
    ...onEndpoint,
    name: 'create',
    title: 'Create a webhook endpoint',
    effect: 'The chosen events are sent to this address from now on. Its secret is shown once.',
    done: 'The endpoint is created. Its secret is shown below, once.',
    creates: true,
    shows: 'secret',
    fields: [
      { name: 'url', label: 'Address', kind: 'text', required: true, hint: 'https, a public host' },
      eventTypes,
      { name: 'description', label: 'Purpose', kind: 'text' },
    ],
    route: webhooks.createWebhookEndpoint,
    run: createWebhookEndpoint,
  }),
  act({
    ...onEndpoint,
    name: 'change',
    title: 'Change the address or the events',
    effect: 'The change applies to waiting messages too.',
    done: 'The endpoint is changed.',
    fields: [{ name: 'url', label: 'Address', kind: 'text' }, eventTypes],
    route: webhooks.updateWebhookEndpoint,
    run: updateWebhookEndpoint,
  }),
  act({
    ...onEndpoint,
    name: 'pause',
    title: 'Pause',
    effect: 'Messages wait until the endpoint is resumed; none is lost.',
    done: 'The endpoint is paused.',
    fields: [],
    route: webhooks.pauseWebhookEndpoint,
    run: pauseWebhookEndpoint,
  }),
  act({
    ...onEndpoint,
    name: 'resume',
    title: 'Resume',
    effect: 'The endpoint gets messages again, first those that it missed.',
    done: 'The endpoint is resumed.',
    fields: [],
    route: webhooks.resumeWebhookEndpoint,
    run: resumeWebhookEndpoint,
  }),
  act({
    ...onEndpoint,
    name: 'test',
    title: 'Send a test message',
    effect: 'One signed message is sent now. Its outcome is listed among the deliveries.',
    done: 'The test message was sent.',
    fields: [],
    route: webhooks.testWebhookEndpoint,
    run: testWebhookEndpoint,
  }),
  act({
    ...onEndpoint,
    name: 'replay',
    title: 'Send the events of a period again',
    effect: 'Past events are sent again, oldest first, with their first ids.',
    done: 'The replay has begun.',
    fields: [
      { name: 'from', label: 'From', kind: 'text', required: true, hint: 'Such as 2026-11-22T00:00:00Z' },
      { name: 'to', label: 'To', kind: 'text' },
      { name: 'only_undelivered', label: 'Only what was not delivered', kind: 'checkbox' },
    ],
    route: webhooks.replayEvents,
    run: replayWebhooks,
  }),
  act({
    ...onEndpoint,
    name: 'rotate',
    title: 'Replace the secret',
    effect: 'Messages are signed with the new secret, and with both until the overlap is over.',
    done: 'The new secret is shown below, once.',
    isDangerous: true,
    shows: 'secret',
    fields: [overlapField(168)],
    route: webhooks.rotateWebhookSecret,
    run: rotateWebhookSecret,
  }),
  act({
    ...onEndpoint,
    name: 'send',
    part: 'delivery_id',
    title: 'Send again',
    effect: 'The message is sent again, with the same id.',
    done: 'The message is queued.',
    fields: [{ name: 'delivery_id', label: 'Delivery', kind: 'hidden' }],
    route: redeliver,
    run: bindQueues(redeliverWebhook),
  }),
  act({
    ...onEndpoint,
    name: 'delete',
    removes: true,
    title: 'Delete the endpoint',
    effect: 'It gets no messages any more, waiting ones included. Its deliveries are deleted.',
    done: 'The endpoint is deleted.',
    isDangerous: true,
    fields: [],
    route: webhooks.deleteWebhookEndpoint,
    run: deleteWebhookEndpoint,
  }),
];
