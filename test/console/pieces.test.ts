import { describe, expect, test } from '@jest/globals';
import { readOrigin, type PageContext } from '../../lib/console/call.ts';
import type { PageInput } from '../../lib/console/page-input.ts';
import { openProvider } from '../../lib/console/provider.ts';
import { timeline } from '../../lib/console/timeline.ts';
import type { ConsoleConfig } from '../../lib/process/config.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { find, usePeople } from '../support/console/people.ts';

const config: ConsoleConfig = {
  ...{ issuer: 'https://127.0.0.1:1', clientId: 'console', clientSecret: undefined, region: 'eu-west-1' },
  ...{ groupsClaim: 'groups', groups: { support: 's-{brand}', brand_admin: 'a-{brand}', platform: 'p' } },
};
const service = useService();
const brand = useBrand(service);
const people = usePeople({ brand });

describe('a stage with a provider that is reached by HTTPS', () => {
  test('names itself as the gateway does, by HTTPS', () => {
    const env = { event: { headers: { host: 'forged.example' }, requestContext: { domainName: 'licenses.example' } } };
    expect(readOrigin({ env } as unknown as PageContext, config)).toBe('https://licenses.example');
  });

  test('lets nobody sign in without its provider', async () => {
    const signIn = { state: 's', nonce: 'n', verifier: 'v'.repeat(43), returnTo: '/console', startedMs: 0 };
    const begun = openProvider(config).authorizationUrl(signIn, 'https://licenses.example/console/callback');
    await expect(begun).rejects.toThrow('the identity provider');
  });
});

test('a history shows the fields that a change changed, and no other', async () => {
  const event = {
    ...{ id: 'e', type: 'license.updated', occurred_at: '2026-01-01T00:00:00Z', reason: null, seq: 2 },
    ...{
      actor: { type: 'system', id: 'tests' },
      before: { seat_limit: 1, plan: 'x' },
      after: { seat_limit: 2, plan: 'x' },
    },
  };
  const shown = { entry: { created_at: '2026-01-01T00:00:00Z' }, past: undefined };
  const input = { id: 'l', ctx: { nowMs: 0 }, person: { id: 'me' }, query: {} } as unknown as PageInput;
  const page = timeline(input, { ...shown, history: { events: [event], next_cursor: null } } as never);
  const text = String(await page);
  expect(text).toContain('seat limit: 1 → 2');
  expect(text).not.toContain('plan');
});

test('a text that no license can be searched by finds nothing', async () => {
  expect((await find(people.support, 'x'.repeat(300))).status).toBe(404);
});

test('a person who may not see releases sees a product without them', async () => {
  const { html } = await people.support.get(`/console/brands/${brand.slug}/products`);
  const [, address = ''] = /href="(\/console\/brands\/[^"]*\/products\/[^"]+)"/.exec(html) ?? [];
  const page = await people.support.get(address);
  expect(page.status).toBe(200);
  expect(page.html).not.toContain('Releases');
});
