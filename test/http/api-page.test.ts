import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { handler } from '../../functions/docs.ts';
import { PAGE_FILES } from '../../lib/api/page-files.ts';
import { apiDocs, apiDocsAsset, openApi, root } from '../../lib/api/service.ts';
import type { Route } from '../../lib/api/route.ts';
import { problems } from '../../lib/http/problems.ts';
import { eventFor } from '../support/service/service.ts';

beforeAll(() => {
  Object.assign(process.env, { TABLE_NAME: 'none', AWS_REGION: 'eu-west-1', LOG_LEVEL: 'SILENT', STAGE: 'local' });
});

type File = { status: number; headers: Record<string, string>; bytes: Buffer };

async function get(route: Route, headers: Record<string, string> = {}, asset?: string): Promise<File> {
  const event = eventFor(route, { headers, ...(asset === undefined ? {} : { params: { asset } }) });
  const result = await handler(event as Parameters<typeof handler>[0], {} as Context);
  return {
    status: result.statusCode ?? 0,
    headers: result.headers as Record<string, string>,
    bytes: Buffer.from(result.body ?? '', result.isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

const PLAIN = { 'accept-encoding': 'identity' };
const page = async (): Promise<string> => (await get(apiDocs, PLAIN)).bytes.toString('utf8');
const assetsIn = (html: string): string[] =>
  [...html.matchAll(/="\/api\/docs\/([\w.-]+)"/g)].map(([, name = '']) => name);
const idsIn = (html: string): string[] => [...html.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id);

describe('the API page', () => {
  test('has an anchor for the type of each problem, and no duplicate ids', async () => {
    const ids = idsIn(await page());
    for (const code of Object.keys(problems)) expect(ids).toContain(code);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('has no broken links to its own anchors', async () => {
    const html = await page();
    const ids = idsIn(html);
    const targets = [...html.matchAll(/href="#([^"]*)"/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(Object.keys(problems).length);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  test('loads everything from its own origin, and has nothing inline', async () => {
    const html = await page();
    expect(html).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:|@import/i);
    const loaded = [...html.matchAll(/<(?:link|script)[^>]*?(?:href|src)="([^"]*)"/g)].map(([, url = '']) => url);
    expect(loaded).toHaveLength(5);
    for (const url of loaded) expect(url).toMatch(/^(?:\/api\/docs\/|data:image\/svg)/);
  });

  test('permits scripts and styles only from its own origin', async () => {
    const { headers } = await get(apiDocs);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  test('loads each asset from a URL with the hash of its content', async () => {
    const assets = assetsIn(await page());
    expect(assets.map((name) => name.replace(/\.[0-9a-f]{10}(?=\.)/, '')).sort()).toEqual(
      Object.keys(PAGE_FILES).sort(),
    );
    for (const name of assets) {
      const { status, headers, bytes } = await get(apiDocsAsset, PLAIN, name);
      expect(status).toBe(200);
      expect(name).toContain(createHash('sha256').update(bytes).digest('hex').slice(0, 10));
      expect(headers['content-type']).toMatch(/^text\/(?:css|javascript); charset=utf-8$/);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });

  test('answers 404 for every other file', async () => {
    for (const name of ['swagger-ui.css', 'x.js', '..', 'package.json', '']) {
      const { status, bytes } = await get(apiDocsAsset, {}, name);
      expect({ name, status, code: (JSON.parse(bytes.toString()) as { code: string }).code }).toEqual({
        name,
        status: 404,
        code: 'route_not_found',
      });
    }
  });
});

describe('the root of the service', () => {
  test('redirects to the API page', async () => {
    const { status, headers } = await get(root);
    expect([status, headers['location']]).toEqual([302, '/api/docs']);
  });
});

describe.each([
  ['the API page', apiDocs],
  ['the OpenAPI document', openApi],
])('%s', (_, route) => {
  test.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['gzip;q=1.0, br;q=0', 'gzip', gunzipSync],
  ])('is compressed for a caller that accepts %s: %s', async (accepted, encoding, decompress) => {
    const whole = await get(route, PLAIN);
    const compressed = await get(route, { 'accept-encoding': accepted });
    expect(compressed.headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' });
    expect(decompress(compressed.bytes)).toEqual(whole.bytes);
    expect(compressed.bytes.length).toBeLessThan(whole.bytes.length / 4);
  });

  test('is uncompressed for a caller that accepts no encoding', async () => {
    for (const headers of [{}, PLAIN, { 'accept-encoding': 'br;q=0, deflate' }])
      expect((await get(route, headers)).headers).not.toHaveProperty('content-encoding');
  });

  test('is revalidated on each request and answered with 304 if unchanged', async () => {
    const first = await get(route, { 'accept-encoding': 'br' });
    expect(first.headers['cache-control']).toBe('no-cache');
    const etag = String(first.headers['etag']);
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(route, { 'accept-encoding': 'br', 'if-none-match': known });
      expect([again.status, again.bytes.length, again.headers['etag']]).toEqual([304, 0, etag]);
      expect(again.headers).not.toHaveProperty('content-type');
    }
    const other = await get(route, { 'accept-encoding': 'gzip', 'if-none-match': etag });
    expect([other.status, other.headers['etag'] === etag]).toEqual([200, false]);
  });
});

test('every asset of the API page stays below the size limit of a response', async () => {
  for (const name of assetsIn(await page()))
    expect((await get(apiDocsAsset, PLAIN, name)).bytes.toString('base64').length).toBeLessThan(6 * 1024 * 1024);
});
