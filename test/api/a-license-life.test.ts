import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { pathParameters, type Route } from '../../lib/http/route.ts';
import { routes } from '../../lib/http/routes.ts';
import { inMs, moveClock } from '../support/clock.ts';
import { startService, type Call, type Reply, type Service } from '../support/service.ts';

const PAGE = readFileSync('docs/a-license-life.md', 'utf8');
const STEP = /## (.+)\n[\s\S]*?```sh\n([\s\S]*?)\n```\s+`(\d+)`\s+(?:<!-- prettier-ignore -->\s+)?```json\n([\s\S]*?)\n```/g;
const steps = [...PAGE.matchAll(STEP)].map(([, title = '', curl = '', status = '', answer = '']) => ({
  title,
  curl,
  status: Number(status),
  answer,
}));

/** What differs from run to run: ids, key texts, and times other than an expiry. */
const anyRun = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, field: unknown) => {
    if (typeof field !== 'string') return field;
    if (name !== 'expires_at' && /^\d{4}-\d\d-\d\dT[\d:]{8}Z$/.test(field)) return '<time>';
    return field.replace(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '<id>').replace(/^[A-Z0-9]+(?:-[0-9A-Z]{4}){4}$/, '<key>');
  }) as unknown;

/** The words of a shell line, variables filled in, but not between single quotes. */
function wordsOf(line: string, variables: Record<string, string>): string[] {
  const fill = (text: string): string => text.replace(/\$([A-Z_]+)/g, (_, name: string) => variables[name] ?? `no ${name} yet`);
  const quoted = /'([^']*)'|"([^"]*)"|([^\s'"]+)/g;
  return [...line.replaceAll('\\\n', ' ').matchAll(quoted)].map(([, single, double, bare]) => single ?? fill(double ?? bare ?? ''));
}

/** A curl line as a call of the route that it reaches. */
function callOf(words: readonly string[]): { route: Route; call: Call } {
  const after = (flag: string): string[] => words.flatMap((word, i) => (word === flag ? [words[i + 1] ?? ''] : []));
  const url = new URL(words.find((word) => word.startsWith('http://')) ?? '');
  const data = after('-d');
  const isForm = data.length > 0 && !data[0]?.startsWith('{');
  const isGet = words.includes('-G') || data.length === 0;
  const method = after('-X')[0] ?? (isGet ? 'GET' : 'POST');
  const form = Object.fromEntries(isForm ? data.map((pair) => pair.split('=') as [string, string]) : []);
  for (const route of routes.filter((candidate) => candidate.method === method)) {
    const match = new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(url.pathname);
    if (match === null) continue;
    const params = Object.fromEntries(pathParameters(route.path).map((name, i) => [name, match[i + 1] ?? '']));
    const headers = Object.fromEntries(after('-H').map((header) => header.split(': ') as [string, string]));
    const type = isForm ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {};
    const query = { ...Object.fromEntries(url.searchParams), ...(isGet ? form : {}) };
    const rawBody = isForm ? new URLSearchParams(form).toString() : data[0];
    return { route, call: { params, query, headers: { ...headers, ...type }, ...(isGet || rawBody === undefined ? {} : { rawBody }) } };
  }
  throw new Error(`no route for ${method} ${url.pathname}`);
}

/** What later calls take from an answer. */
function remember(variables: Record<string, string>, title: string, { headers, body }: Reply): void {
  const key = body['license_key'] as { id: string; key: string } | undefined;
  const [license] = (body['licenses'] ?? []) as { id: string }[];
  if (title === 'Bought' && key && license) Object.assign(variables, { LICENSE: license.id, KEY_ID: key.id, KEY: key.key });
  if (title === 'Looked at') variables['ETAG'] = headers['etag'] ?? '';
  if (title === 'Leaked') Object.assign(variables, { NEW_KEY: String(body['key']), BEFORE: inMs(0) });
  if (title === 'Sold' && key) variables['BUYER_KEY'] = key.key;
}

let service: Service;
const variables: Record<string, string> = { BASE: 'http://127.0.0.1' };
beforeAll(async () => {
  service = await startService();
  const policy = { seat_limit: 3, duration: 'P1Y', grace_days: 14, development_sites_free: true };
  const { apiKey } = await service.brand({
    products: { 'wp-rocket': { name: 'WP Rocket', policy }, rocketcdn: { name: 'RocketCDN', policy: { seat_limit: 1, duration: 'P1M' } } },
  });
  variables['API_KEY'] = apiKey;
});

test('the page tells a whole life', () => {
  expect(steps.length).toBeGreaterThan(20);
  expect(PAGE.match(/```sh/g)).toHaveLength(steps.length);
});

test.each(steps)('“$title” is answered as the page says', async ({ title, curl, status, answer }) => {
  moveClock(1000);
  const { route, call } = callOf(wordsOf(curl, variables));
  const reply = await service.call(route, call);
  remember(variables, title, reply);
  expect(reply.status).toBe(status);
  expect(anyRun(reply.body)).toMatchObject(anyRun(JSON.parse(answer)) as Record<string, unknown>);
});
