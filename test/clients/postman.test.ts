import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../../lib/api/routes.ts';
import { postmanFiles } from './postman-collection.ts';

type Item = {
  name: string;
  item?: Item[];
  request?: { method: string; url: { raw: string }; header: { key: string; value: string }[] };
  event?: { script: { exec: string[] } }[];
};

const read = (file: string): { item: Item[] } => JSON.parse(readFileSync(file, 'utf8')) as { item: Item[] };
const requests = read('clients/postman/collection.json').item.flatMap(({ item = [] }) => item);

test.each(Object.entries(postmanFiles))('%s is up to date with `npm run docs:api`', (file, content) => {
  expect(readFileSync(file, 'utf8')).toBe(content());
});

describe('the Postman collection', () => {
  test('has every route, each with an assertion', () => {
    const named = requests.map(({ request }) => `${String(request?.method)} ${String(request?.url.raw)}`);
    for (const { method, path } of routes)
      expect(named).toContain(`${method} {{base_url}}${path.replaceAll(/\{(\w+)\}/g, '{{$1}}')}`);
    for (const { name, event = [] } of requests)
      expect([name, event.flatMap(({ script }) => script.exec).join('')]).toEqual([
        name,
        expect.stringContaining('pm.expect('),
      ]);
  });

  test('contains no credentials, only variables for them', () => {
    const keys = requests.flatMap(({ request }) => request?.header.filter(({ key }) => key === 'X-API-Key') ?? []);
    expect(new Set(keys.map(({ value }) => value))).toEqual(new Set(['{{api_key}}', '{{admin_api_key}}']));
  });
});
