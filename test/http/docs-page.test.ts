import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { curlOf } from '../../lib/http/docs/curl.ts';
import { callsOf } from '../../lib/http/docs/operation.ts';
import { docsPage, docsPagePolicy } from '../../lib/http/docs-page.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';
import { problems } from '../../lib/http/problems.ts';
import type { Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';

const page = docsPage(buildOpenApi(routes, { serverUrl: 'https://licenses.example.com' }));
const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);

const HOSTILE = `</pre><script>alert("x")</script>'&`;
const hostileRoute: Route = {
  operation: 'hostile',
  method: 'POST',
  path: '/api/v1/hostile',
  function: 'hostile',
  auth: 'brand',
  scope: 'licenses:write',
  access: 'none',
  vault: false,
  summary: HOSTILE,
  description: `${HOSTILE} and \`${HOSTILE}\``,
  input: z.object({ field: z.enum([HOSTILE]).default(HOSTILE).describe(HOSTILE) }),
  example: { field: HOSTILE },
  success: [
    { status: 200, description: HOSTILE, body: z.object({ [HOSTILE]: z.string() }), example: { [HOSTILE]: HOSTILE } },
  ],
  refusals: [],
};

describe('the page', () => {
  test('has every operation under its id, in the contents too, with its path', () => {
    for (const { operation, path } of routes) {
      expect(ids).toContain(operation);
      expect(page.split(`href="#${operation}"`).length).toBeGreaterThan(2);
      expect(page.replaceAll('<wbr>', '')).toContain(`<code>${path}</code>`);
    }
  });

  test('has the place that each problem’s type points to', () => {
    for (const code of Object.keys(problems)) expect(ids).toContain(code);
  });

  test('uses no id twice and links to none that is missing', () => {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const targets = [...page.matchAll(/href="#([^"]*)"/g)].map((match) => match[1]);
    expect(targets.length).toBeGreaterThan(routes.length);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  test('asks for nothing from anywhere and runs nothing', () => {
    expect(page).not.toMatch(/<script|<iframe|<object|<form|@import|url\(|\son\w+=|javascript:/i);
    const loaded = [...page.matchAll(/<(?:link|img|source)[^>]*?(?:href|src)="([^"]*)"/g)].map((match) =>
      match[1]?.slice(0, 5),
    );
    expect(loaded).toEqual(['data:']);
  });

  test('keeps to its own policy: its one style sheet has the hash that is allowed, and no element has a style', () => {
    const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1] ?? '');
    expect(styles).toHaveLength(1);
    const hash = createHash('sha256')
      .update(styles[0] ?? '')
      .digest('base64');
    expect(docsPagePolicy).toContain(`style-src 'sha256-${hash}'`);
    expect(docsPagePolicy).toMatch(/^default-src 'none';/);
    expect(page).not.toMatch(/<[^>]*\sstyle=/);
  });

  test('writes whatever stands in the document as text', () => {
    const hostile = docsPage(buildOpenApi([hostileRoute], { serverUrl: `https://example.com/${HOSTILE}` }));
    expect(hostile).toContain('&lt;script&gt;');
    expect(hostile).not.toMatch(/<script/i);
    expect(hostile.split('<pre').length).toBe(hostile.split('</pre>').length);
  });

  test('gives a line that a shell reads as it was meant, whatever stands in the body', () => {
    const [call] = callsOf(buildOpenApi([hostileRoute]), 'Service');
    if (call === undefined) throw new Error('the route is not in the document');
    const line = curlOf({ ...call, serverUrl: 'https://example.com' });
    const sent = execFileSync('sh', ['-c', `curl() { for last; do :; done; printf %s "$last"; }; ${line}`], {
      encoding: 'utf8',
    });
    expect(JSON.parse(sent)).toEqual(hostileRoute.example);
  });

  test('gives a line to paste, with the server’s own address where it is known', () => {
    expect(page).toContain('curl &#39;https://licenses.example.com/api/v1/product/licenses/activate&#39;');
    expect(docsPage(buildOpenApi(routes))).toContain(
      'curl &quot;$BASE_URL&quot;&#39;/api/v1/product/licenses/activate&#39;',
    );
  });

  test('stays far below what one function may answer', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(1024 * 1024);
  });
});
