import { TEST_TYPE } from '../../domain/webhook.ts';
import { parseDeliveryItem } from '../../table/webhook-deliveries.ts';
import { parseEndpointItem, secretContext } from '../../table/webhook-endpoints.ts';
import { keys, webhookKeys } from '../../table/keys.ts';
import { isWebhookSecret } from '../../domain/webhook.ts';
import { openSealed } from '../sealed.ts';
import { faultIf, REPAIRS, type Rule } from '../rule.ts';

export const webhookRules: readonly Rule[] = [
  {
    name: 'endpoint-sealed',
    promise: 'The secrets of every webhook endpoint are sealed with the present data key.',
    repair: REPAIRS.key,
    on: ['endpoint'],
    faults({ owner, item }, _look, { vault }) {
      const { id, secret, previous_secret } = parseEndpointItem(item);
      return [secret, ...(previous_secret === null ? [] : [previous_secret])].flatMap((sealed) => {
        const opened = openSealed(vault, sealed, secretContext(owner, id));
        if (opened.kind === 'fault') return [`a secret of it ${opened.what}`];
        return faultIf(opened.kind === 'opened' && !isWebhookSecret(opened.text), 'a secret of it signs nothing');
      });
    },
  },
  {
    name: 'delivery-of-event',
    promise: 'Every message to a webhook endpoint is about an event that happened.',
    repair: REPAIRS.remove,
    on: ['delivery'],
    faults({ owner, item }, look) {
      const { id, event_type, entity, seq } = parseDeliveryItem(item);
      if (event_type === TEST_TYPE) return [];
      return faultIf(look(keys.journal(owner, entity.id, seq))?.['id'] !== id, 'its event did not happen');
    },
  },
  {
    name: 'delivery-due',
    promise: 'Every message that is still to be sent is found by the sweep, or waits for room in the queue.',
    repair: 'Send it by POST /api/v1/brand/webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver.',
    on: ['delivery'],
    faults({ item }) {
      const { status, waits } = parseDeliveryItem(item);
      const isOpen = status === 'pending' || status === 'waiting';
      return faultIf(isOpen && item['due_pk'] === undefined && waits !== true, 'nothing will send it');
    },
  },
  {
    name: 'webhook-cursor',
    promise: 'No event is counted as handed to the webhook endpoints before it happened.',
    repair: REPAIRS.restore,
    on: ['cursor'],
    faults({ owner, name, item }, look) {
      const entry = look(keys.journal(owner, name, Number(item['seq'])));
      return faultIf(entry === undefined, `event ${String(item['seq'])} was handed on, and did not happen`);
    },
  },
  {
    name: 'replay-of-endpoint',
    promise: 'Every replay is for a webhook endpoint that exists.',
    repair: REPAIRS.remove,
    on: ['replay'],
    faults({ owner, name }, look) {
      return faultIf(look(webhookKeys.endpoint(owner, name)) === undefined, 'its endpoint does not exist');
    },
  },
];
