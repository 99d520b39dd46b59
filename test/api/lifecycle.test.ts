import { describe, expect, test } from '@jest/globals';
import { inMs, moveClock } from '../support/run/clock.ts';
import { useFaultyOffice } from '../support/table/faulty-back-office.ts';
import type { FaultProxy } from '../support/table/fault-proxy.ts';
import { ownRequests, typesOf, type Bought, type BackOffice } from '../support/service/back-office.ts';
import { activate, deactivate, verdict } from '../support/service/purchases.ts';
import type { Service } from '../support/service/service.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

const YEAR_MS = 365 * DAY_MS;
const ACTIONS = ['renew', 'suspend', 'resume', 'cancel'] as const;
type Action = (typeof ACTIONS)[number];

let proxy: FaultProxy;
let service: Service;
let backOffice: BackOffice;
useFaultyOffice((opened) => {
  ({ proxy, service, backOffice } = opened);
});

/** A license with one active site, brought into a status by the API and the clock. */
const STATES = {
  valid: () => inUse(YEAR_MS),
  async expired() {
    const bought = await inUse(DAY_MS);
    moveClock(DAY_MS);
    return bought;
  },
  async suspended() {
    const bought = await inUse(YEAR_MS);
    await backOffice.suspend(bought.id, { reason: 'dispute' });
    return bought;
  },
  async 'suspended and expired'() {
    const bought = await inUse(DAY_MS);
    await backOffice.suspend(bought.id);
    moveClock(DAY_MS);
    return bought;
  },
  async cancelled() {
    const bought = await inUse(YEAR_MS);
    await backOffice.cancel(bought.id);
    return bought;
  },
};
type State = keyof typeof STATES;

async function inUse(expiresInMs: number): Promise<Bought> {
  const bought = await backOffice.buy({ max_seats: 5, expiration_date: inMs(expiresInMs) });
  await activate(service, bought.site('old'));
  return bought;
}

/**
 * The action's answer (a status, or the status that refuses it), the journal's event, the verdict on the active site,
 * and the activation of a new site.
 */
type Row = [
  State,
  Action,
  { shown: string } | { from: string },
  event: string | null,
  verdict: string,
  activation: string,
];
const ROWS: Row[] = [
  ['valid', 'renew', { shown: 'valid' }, 'license.renewed', 'valid', 'active'],
  ['valid', 'suspend', { shown: 'suspended' }, 'license.suspended', 'suspended', 'license_suspended'],
  ['valid', 'resume', { shown: 'valid' }, null, 'valid', 'active'],
  ['valid', 'cancel', { shown: 'cancelled' }, 'license.cancelled', 'cancelled', 'license_cancelled'],
  ['expired', 'renew', { shown: 'valid' }, 'license.renewed', 'valid', 'active'],
  ['expired', 'suspend', { shown: 'suspended' }, 'license.suspended', 'suspended', 'license_suspended'],
  ['expired', 'resume', { from: 'expired' }, null, 'expired', 'license_expired'],
  ['expired', 'cancel', { shown: 'cancelled' }, 'license.cancelled', 'cancelled', 'license_cancelled'],
  ['suspended', 'renew', { shown: 'suspended' }, 'license.renewed', 'suspended', 'license_suspended'],
  ['suspended', 'suspend', { shown: 'suspended' }, null, 'suspended', 'license_suspended'],
  ['suspended', 'resume', { shown: 'valid' }, 'license.resumed', 'valid', 'active'],
  ['suspended', 'cancel', { shown: 'cancelled' }, 'license.cancelled', 'cancelled', 'license_cancelled'],
  ['suspended and expired', 'renew', { shown: 'suspended' }, 'license.renewed', 'suspended', 'license_suspended'],
  ['suspended and expired', 'suspend', { shown: 'suspended' }, null, 'suspended', 'license_suspended'],
  ['suspended and expired', 'resume', { shown: 'expired' }, 'license.resumed', 'expired', 'license_expired'],
  ['suspended and expired', 'cancel', { shown: 'cancelled' }, 'license.cancelled', 'cancelled', 'license_cancelled'],
  ['cancelled', 'renew', { from: 'cancelled' }, null, 'cancelled', 'license_cancelled'],
  ['cancelled', 'suspend', { from: 'cancelled' }, null, 'cancelled', 'license_cancelled'],
  ['cancelled', 'resume', { from: 'cancelled' }, null, 'cancelled', 'license_cancelled'],
  ['cancelled', 'cancel', { shown: 'cancelled' }, null, 'cancelled', 'license_cancelled'],
];

describe('a license', () => {
  test.each(ROWS)(
    'that is %s answers %s with %j, and the next check and activation follow it',
    async (state, action, expected, event, code, activation) => {
      const bought = await STATES[state]();
      const before = await backOffice.history(bought.id);
      const until = inMs(2 * YEAR_MS);
      const reason = `because of ${action}`;
      const reply = await backOffice[action](bought.id, {
        reason,
        ...(action === 'renew' ? { expiration_date: until } : {}),
      });
      // The next check and activation follow the new status.
      expect((await verdict(service, bought.site('old'))).code).toBe(code);
      const activated = await activate(service, bought.site('new'));
      expect(activated.status === 201 ? activated.body['status'] : activated.body['code']).toBe(activation);

      if ('from' in expected) {
        expect(reply).toMatchObject({ status: 409, body: { code: 'illegal_transition', from: expected.from, action } });
      } else {
        expect(reply).toMatchObject({ status: 200, body: { id: bought.id, status: expected.shown, seats_used: 1 } });
        if (action === 'renew') expect(reply.body['expires_at']).toBe(until);
      }
      const [announced, ...more] = (await backOffice.history(bought.id))
        .slice(before.length)
        .filter(({ type }) => type !== 'license.activated');
      expect(more).toEqual([]);
      expect(announced?.type ?? null).toBe(event);
      if (announced === undefined) return;
      expect(announced).toMatchObject({ seq: before.length + 1, reason, actor: { type: 'api_key' } });
      expect(Object.keys(announced.after ?? {})).toEqual([action === 'renew' ? 'expires_at' : 'status']);
    },
  );

  test.each(['suspended', 'cancelled'] as const)(
    'that is %s keeps its seats and accepts a deactivation',
    async (state) => {
      const bought = await STATES[state]();
      expect((await backOffice.get(bought.id)).body).toMatchObject({ status: state, seats_used: 1 });
      expect(await deactivate(service, bought.site('old'))).toMatchObject({ status: 200, body: { seats_used: 0 } });
    },
  );

  test.each(ACTIONS)(
    'runs %s under an idempotency key once, and returns the first answer to a repeated request',
    async (action) => {
      const bought = await STATES[action === 'resume' ? 'suspended' : 'valid']();
      const headers = { 'idempotency-key': `${action}-once` };
      const body = action === 'renew' ? { extend_by: 'P1M' } : {};
      const first = await backOffice[action](bought.id, body, headers);
      expect(first.status).toBe(200);
      const length = (await backOffice.history(bought.id)).length;
      await backOffice.change(bought.id, { metadata: { changed: 'meanwhile' } });

      const again = await backOffice[action](bought.id, body, headers);
      expect(again).toMatchObject({ status: 200, text: first.text });
      expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true', etag: first.headers['etag'] });
      expect(first.headers).not.toHaveProperty('idempotent-replayed');
      const other = await backOffice[action](bought.id, { ...body, reason: 'another' }, headers);
      expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
      expect(await backOffice.history(bought.id)).toHaveLength(length + 1);
    },
  );

  test.each(ACTIONS)(
    'needs at most three table requests for %s, with or without an idempotency key',
    async (action) => {
      const bought = await STATES[action === 'resume' ? 'suspended' : 'valid']();
      for (const headers of [{}, { 'idempotency-key': `${action}-counted` }]) {
        if (action === 'resume') await backOffice.suspend(bought.id);
        proxy.asked.length = 0;
        const reply = await backOffice[action](
          bought.id,
          action === 'renew' ? { extend_by: 'P1M', external_id: `${action}${JSON.stringify(headers)}` } : {},
          headers,
        );
        expect(reply.status).toBe(200);
        const asked = ownRequests(proxy);
        expect(asked.length).toBeLessThanOrEqual(3);
        expect(asked.slice(0, 2)).toEqual(['BatchGetItem', 'BatchGetItem']);
      }
    },
  );

  test('refuses a lifecycle action with a stale If-Match', async () => {
    const { id } = await backOffice.buy();
    const { etag = '' } = (await backOffice.get(id)).headers;
    expect((await backOffice.suspend(id, {}, { 'if-match': etag })).status).toBe(200);
    expect(await backOffice.cancel(id, {}, { 'if-match': etag })).toMatchObject({
      status: 412,
      body: { code: 'stale_version', etag: '"2"' },
    });
    expect(typesOf(await backOffice.history(id))).toEqual(['license.provisioned', 'license.suspended']);
  });
});
