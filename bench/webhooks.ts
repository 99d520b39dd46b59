import { parseArgs } from 'node:util';
import { printSlow, runSlow } from './slow-receiver.ts';
import { runFifty } from '../test/support/webhooks/fifty-receivers.ts';
import { startService } from '../test/support/service/service.ts';
import { startEngineOfThisFile } from '../test/support/run/tables.ts';
import { startWebhookRig } from '../test/support/webhooks/webhook-rig.ts';

/**
 * Measures webhooks with five dead receivers, then with a slow one: `npm run bench:webhooks -- [--events 1000]
 * [--endpoints 50] [--slow 200]`. With 0 events a part is left out. Receivers, service and engine run on this machine.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000' },
    endpoints: { type: 'string', default: '50' },
    slow: { type: 'string', default: '200' },
  },
});
const TIMEOUT_MS = 5_000;
const LICENSES = 40;
const SLOW_MS = 500;

const engine = await startEngineOfThisFile('dynamodb-local');
const service = await startService({ stream: true });
const rig = await startWebhookRig(service, { timeoutMs: TIMEOUT_MS });
const started = performance.now();
if (Number(values.events) > 0) await benchDead(Number(values.events));
if (Number(values.slow) > 0)
  printSlow(await runSlow(service, rig, { events: Number(values.slow), answersAfterMs: SLOW_MS }), SLOW_MS);
await rig.stop();
service.client.destroy();
await engine.stop();
console.log(`errors: ${rig.errors.length} · ${((performance.now() - started) / 1000).toFixed(0)} s in all`);
process.exit(0);

async function benchDead(events: number): Promise<void> {
  const { healthy, dead, deliveries } = await runFifty(service, rig, {
    endpoints: Number(values.endpoints),
    events,
    licenses: LICENSES,
    products: 1,
  });
  console.log(
    `${engine.name}: ${events} events of ${LICENSES} licenses` +
      ` to ${values.endpoints} endpoints that want all of them: ${deliveries} messages`,
  );
  console.log(
    '  dead: one refuses, one hangs, one answers 500, one hangs up, one drips;' +
      ` a receiver has ${TIMEOUT_MS} ms here instead of 15 s`,
  );
  console.log(
    `  ${healthy.endpoints} healthy endpoints:` +
      ` ${healthy.arrived} of ${healthy.wanted} messages arrived at the first attempt`,
  );
  console.log(`    twice: ${healthy.twice} · after one with a later number: ${healthy.outOfOrder}`);
  console.log(
    `    the first endpoint had all of its messages after ${healthy.firstDoneS.toFixed(1)} s,` +
      ` the last after ${healthy.lastDoneS.toFixed(1)} s`,
  );
  console.log(`    ${Math.round(healthy.arrived / healthy.lastDoneS)} messages a second`);
  console.log(
    `  ${dead.endpoints} dead endpoints: ${dead.kept} of ${dead.wanted} messages waiting,` +
      ` after ${dead.requestsWhileDown} requests that reached one`,
  );
  console.log(
    `    once back: ${dead.arrivedOnceBack} of ${dead.wanted} arrived,` +
      ` the last within ${dead.minutesUntilAllArrived} minutes of the service's clock`,
  );
}
