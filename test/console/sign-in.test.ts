import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProvider, SignInRefused } from '../../lib/console/provider.ts';
import { HOUR_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import { readConsoleConfig } from '../../lib/process/config.ts';
import { Unavailable } from '../../lib/process/outage.ts';
import { moveClock } from '../support/run/clock.ts';
import { consoleEnvironment, openBrowser, type Browser } from '../support/console/browser.ts';
import {
  startStandInProvider,
  type ProviderPerson,
  type StandInProvider,
} from '../support/console/stand-in-provider.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { wholeTable } from '../support/table/whole-table.ts';

const service = useService();
const brand = useBrand(service);
let provider: StandInProvider;
let sam: ProviderPerson;
let browser: Browser;

beforeAll(async () => {
  provider = await startStandInProvider();
  Object.assign(process.env, consoleEnvironment(provider.issuer));
});
afterAll(() => provider.stop());
beforeEach(() => {
  sam = { sub: 'sam', name: 'Sam Support', groups: [`support-${brand.slug}`] };
  browser = openBrowser(provider);
  for (const name of Object.keys(provider.faults)) Reflect.deleteProperty(provider.faults, name);
});

const isSignedIn = async (one = browser): Promise<boolean> => (await one.get('/console')).status === 200;
/** Begins a sign-in and returns what the provider would send back. */
async function begin(one = browser): Promise<{ code: string; state: string; iss: string }> {
  const { location } = await one.get('/console/sign-in');
  const address = new URL(location ?? '');
  return {
    code: provider.authorize(address, sam),
    state: address.searchParams.get('state') ?? '',
    iss: provider.issuer,
  };
}
const comeBack = (answer: Record<string, string>, one = browser) =>
  one.get(`/console/callback?${new URLSearchParams(answer).toString()}`);

describe('signing in', () => {
  test('leads to the provider with PKCE, and back to the page that was asked for', async () => {
    const asked = await browser.get('/console/licenses/x?instance=a.example');
    expect(asked.status).toBe(303);
    const to = new URL(asked.location ?? '', 'http://licenses.test').searchParams.get('to') ?? '';
    const { location } = await browser.get(asked.location ?? '');
    const { searchParams } = new URL(location ?? '');
    expect(Object.fromEntries(searchParams)).toMatchObject({ response_type: 'code', code_challenge_method: 'S256' });
    expect(await browser.signIn(sam, to)).toMatchObject({
      status: 303,
      location: '/console/licenses/x?instance=a.example',
    });
    expect(await isSignedIn()).toBe(true);
  });

  test('gives the browser a cookie with an id alone, and stores neither id nor token in plain text', async () => {
    await browser.signIn(sam);
    expect([...browser.cookies.keys()]).toEqual(['console']);
    expect(browser.cookies.get('console')).toMatch(/^[\w-]{43}$/);
    const [session] = (await wholeTable(service)).filter(({ pk }) => pk.startsWith('@platform#session#'));
    expect(JSON.stringify(session)).not.toMatch(/sam|Sam|support/);
    expect(JSON.stringify(session)).not.toContain(browser.cookies.get('console'));
  });

  test.each([
    ['https://evil.example', '/console'],
    ['//evil.example', '/console'],
    ['/console\\evil', '/console'],
    ['/api/docs', '/console'],
  ])('never leads to %s', async (to, address) => {
    expect((await browser.signIn(sam, to)).location).toBe(address);
  });

  test('tells a script’s part of a page where to sign in', async () => {
    const { status, headers } = await browser.get('/console', { 'hx-request': 'true' });
    expect([status, headers['hx-redirect']]).toEqual([401, '/console/sign-in?to=%2Fconsole']);
  });

  test.each<[string, (answer: Awaited<ReturnType<typeof begin>>) => Record<string, string>]>([
    ['state', (answer) => ({ ...answer, state: 'other' })],
    ['issuer', (answer) => ({ ...answer, iss: 'https://evil.example' })],
    ['missing issuer', ({ code, state }) => ({ code, state })],
    ['code', (answer) => ({ ...answer, code: 'made-up' })],
    ['refusal of the provider', ({ state, iss }) => ({ state, iss, error: 'access_denied' })],
  ])('is refused with a wrong %s', async (_, change) => {
    expect((await comeBack(change(await begin()))).status).toBe(400);
    expect(await isSignedIn()).toBe(false);
  });

  test.each([
    ['nonce', { nonce: 'other' }],
    ['issuer', { iss: 'https://evil.example' }],
    ['time', { expired: true }],
  ] as const)('is refused with an ID token of a wrong %s', async (_, fault) => {
    const answer = await begin();
    Object.assign(provider.faults, fault);
    expect((await comeBack(answer)).status).toBe(400);
    expect(await isSignedIn()).toBe(false);
  });

  test('takes a code once', async () => {
    const answer = await begin();
    const copy = new Map(browser.cookies);
    expect((await comeBack(answer)).status).toBe(303);
    const thief = openBrowser(provider, copy);
    expect((await comeBack(answer, thief)).status).toBe(400);
    expect(await isSignedIn(thief)).toBe(false);
  });

  test('is refused in another browser than the one that began it, and when it took too long', async () => {
    const answer = await begin();
    expect((await comeBack(answer, openBrowser(provider))).status).toBe(400);
    moveClock(11 * MINUTE_MS);
    expect((await comeBack(answer)).status).toBe(400);
  });

  test('is refused for a person without a role', async () => {
    sam.groups = ['support-', 'sales'];
    const page = await browser.signIn(sam);
    expect([page.status, page.html]).toEqual([403, expect.stringContaining('You have no role')]);
  });

  test('answers 503 while the provider does not answer', async () => {
    const answer = await begin();
    provider.faults.away = true;
    const page = await comeBack(answer);
    expect([page.status, page.headers['retry-after']]).toEqual([503, '5']);
  });
});

describe('a client with a secret', () => {
  const open = (secretFile?: string) => {
    const config = readConsoleConfig({
      ...consoleEnvironment(provider.issuer),
      ...(secretFile === undefined ? {} : { CONSOLE_CLIENT_FILE: secretFile }),
    });
    if (config === undefined) throw new Error('the console has no settings');
    return openProvider(config);
  };
  const finish = async (opened: ReturnType<typeof open>) => {
    const secrets = { state: 'state', nonce: 'nonce', verifier: 'v'.repeat(43), returnTo: '/console', startedMs: 0 };
    const back = 'http://licenses.test/console/callback';
    const code = provider.authorize(await opened.authorizationUrl(secrets, back), sam);
    return opened.finish(
      secrets,
      new URL(`${back}?${new URLSearchParams({ code, state: 'state', iss: provider.issuer }).toString()}`),
    );
  };

  test.each([
    ['an id that is an address', { sub: 'sam@a.example' }, { id: expect.stringMatching(/^[0-9a-f]{32}$/) }],
    ['an address instead of a name', { name: undefined, email: 'sam@a.example' }, { name: 'sam@a.example' }],
    ['neither name nor address', { name: undefined }, { id: 'sam', name: 'Signed in' }],
    ['groups that are no list', { groups: 'support' }, { groups: [] }],
  ])('knows a person with %s', async (_, claims, identity) => {
    Object.assign(sam, claims);
    expect(await finish(open())).toMatchObject(identity);
  });

  test('sends it to the provider, and is refused with another one or none', async () => {
    provider.faults.secret = 'right';
    const file = (text: string): string => {
      const path = join(tmpdir(), `${service.tableName}-${text}`);
      writeFileSync(path, `${text}\n`);
      return path;
    };
    expect(await finish(open(file('right')))).toMatchObject({ id: 'sam' });
    for (const opened of [open(file('wrong')), open()]) await expect(finish(opened)).rejects.toThrow(SignInRefused);
    await expect(finish(open('/nowhere'))).rejects.toThrow(Unavailable);
  });
});

describe('a session', () => {
  test('ends at sign-out, also for a copy of its cookie', async () => {
    await browser.signIn(sam);
    const copy = openBrowser(provider, new Map(browser.cookies));
    expect((await browser.post('/console/sign-out')).location).toBe('/console/signed-out');
    expect([await isSignedIn(), await isSignedIn(copy)]).toEqual([false, false]);
    expect((await browser.get('/console/signed-out')).html).toContain('You are signed out');
  });

  test('is unknown when one bit of its id is changed, and in another stage', async () => {
    await browser.signIn(sam);
    const id = browser.cookies.get('console') ?? '';
    const flipped = `${id.slice(0, -1)}${id.endsWith('A') ? 'E' : 'A'}`;
    expect(await isSignedIn(openBrowser(provider, new Map([['console', flipped]])))).toBe(false);
    const { sessionKey } = await import('../../lib/table/sessions.ts');
    expect(sessionKey('local', id)).not.toEqual(sessionKey('prod', id));
  });

  test('ends after half an hour without a request, and after eight hours with them', async () => {
    await browser.signIn(sam);
    moveClock(29 * MINUTE_MS);
    expect(await isSignedIn()).toBe(true);
    moveClock(31 * MINUTE_MS);
    expect(await isSignedIn()).toBe(false);
    await browser.signIn(sam);
    for (let minutes = 0; minutes < 7.5 * 60; minutes += 25) {
      moveClock(25 * MINUTE_MS);
      expect(await isSignedIn()).toBe(true);
    }
    moveClock(HOUR_MS / 4);
    moveClock(HOUR_MS / 4);
    expect(await isSignedIn()).toBe(false);
  });

  test('asks for the roles every quarter of an hour, once for all requests, and ends when they are gone', async () => {
    await browser.signIn(sam);
    const before = provider.refreshes();
    moveClock(14 * MINUTE_MS);
    await isSignedIn();
    expect(provider.refreshes()).toBe(before);
    moveClock(2 * MINUTE_MS);
    expect(await Promise.all([isSignedIn(), isSignedIn(), isSignedIn()])).toEqual([true, true, true]);
    expect(provider.refreshes()).toBe(before + 1);
    sam.groups = [];
    moveClock(16 * MINUTE_MS);
    expect(await isSignedIn()).toBe(false);
  });

  test('gets another role when the person has another group', async () => {
    await browser.signIn(sam);
    expect((await browser.get('/console')).html).toContain('<td>support</td>');
    sam.groups = [`admins-${brand.slug}`];
    moveClock(16 * MINUTE_MS);
    expect((await browser.get('/console')).html).toContain('<td>brand-admin</td>');
  });

  test('ends when the grant is taken back, and when the provider gives no refresh token', async () => {
    await browser.signIn(sam);
    provider.revoke(sam);
    moveClock(16 * MINUTE_MS);
    expect(await isSignedIn()).toBe(false);
    provider.faults.noRefresh = true;
    await browser.signIn(sam);
    expect(await isSignedIn()).toBe(true);
    moveClock(16 * MINUTE_MS);
    expect(await isSignedIn()).toBe(false);
  });

  test('outlasts a time in which the provider does not answer', async () => {
    await browser.signIn(sam);
    moveClock(16 * MINUTE_MS);
    provider.faults.away = true;
    expect((await browser.get('/console')).status).toBe(503);
    delete provider.faults.away;
    moveClock(MINUTE_MS);
    expect(await isSignedIn()).toBe(true);
  });
});
