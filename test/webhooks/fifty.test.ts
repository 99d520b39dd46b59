import { expect, jest, test } from '@jest/globals';
import { runFifty } from '../support/webhooks/fifty-receivers.ts';
import { startService } from '../support/service/service.ts';
import { deadMessages, startWebhookRig } from '../support/webhooks/webhook-rig.ts';

jest.setTimeout(900_000);

test('45 of 50 endpoints receive 1,000 events in order, and 5 that were down lose none of theirs', async () => {
  const service = await startService({ stream: 'quick' });
  const rig = await startWebhookRig(service, { timeoutMs: 5_000 });
  const { healthy, dead } = await runFifty(service, rig, { events: 200, licenses: 40, products: 40 });
  await rig.stop();
  expect(healthy).toMatchObject({ endpoints: 45, wanted: 225, arrived: 225, twice: 0, outOfOrder: 0 });
  expect(dead).toMatchObject({ endpoints: 5, wanted: 25, kept: 25, arrivedOnceBack: 25 });
  expect(rig.errors).toEqual([]);
  expect(deadMessages(rig)).toBe(0);
});
