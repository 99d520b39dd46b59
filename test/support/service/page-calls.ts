import { readFileSync } from 'node:fs';
import { pathParameters, type Route } from '../../../lib/api/route.ts';
import { routes } from '../../../lib/api/routes.ts';
import type { Call, Reply } from './service.ts';

/** One call in a page of the docs, with the heading, status and answer that the page shows. */
export type Step = {
  title: string;
  curl: string;
  /** The variables that the block takes from the answer for later calls. */
  exports: readonly Export[];
  status: number;
  answer: string;
};
type Export = { name: string; path: string } | { name: string; header: string };

const STEP = /^(.+)\n[\s\S]*?```sh\n([\s\S]*?)\n```\s+`(\d+)`\s+```json\n([\s\S]*?)\n```/;
const KEPT = /^ANSWER=\$\(([\s\S]*?)\)\necho "\$ANSWER"\n([\s\S]*)$/;
const EXPORT = /(\w+)=\$\(echo "\$ANSWER" \| (?:field '?([^')]+)'?|sed -n 's\/\^([\w-]+): [^)]*)\)/g;

/** The calls of a page, one per section after the preparation; throws when one lacks its status or answer. */
export function readSteps(page: string): Step[] {
  const [, preparation, ...sections] = readFileSync(page, 'utf8').split(/^## /m);
  if (preparation?.startsWith('Prepare\n') !== true) throw new Error(`${page} begins without its preparation`);
  return sections.map((section) => {
    const [, title = '', block, status, answer = ''] = STEP.exec(section) ?? [];
    if (block === undefined || section.match(/```sh/g)?.length !== 1)
      throw new Error(`a section of ${page} is no call with its status and answer: ${section.split('\n', 1).join('')}`);
    const [, curl = block, rest = ''] = KEPT.exec(block) ?? [];
    const exports = [...rest.matchAll(EXPORT)].map(([, name = '', path, header = '']): Export =>
      path === undefined ? { name, header } : { name, path },
    );
    return { title, curl, exports, status: Number(status), answer };
  });
}

/** Sets the variables that a step takes from its answer, as its shell block does. */
export function takeExports({ exports }: Step, { headers, body }: Reply, variables: Record<string, string>): void {
  for (const one of exports) {
    const value = 'path' in one ? fieldOf(body, one.path) : headers[one.header];
    if (typeof value !== 'string') throw new Error(`the answer has nothing to take ${one.name} from`);
    variables[one.name] = value;
  }
}

const fieldOf = (body: unknown, path: string): unknown =>
  [...path.matchAll(/\.(\w+)|\[(\d+)\]/g)].reduce(
    (value, [, name, index]) => (value as Record<string, unknown> | undefined)?.[name ?? index ?? ''],
    body,
  );

/** Replaces the values that differ in each run: ids, key texts, and times other than an expiry. */
export const anyRun = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, field: unknown) => {
    if (typeof field !== 'string') return field;
    if (name !== 'expires_at' && /^\d{4}-\d\d-\d\dT[\d:]{8}Z$/.test(field)) return '<time>';
    return field
      .replace(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '<id>')
      .replace(/^[A-Z0-9]+(?:-[0-9A-Z]{4}){4}$/, '<key>');
  }) as unknown;

/** The words of a shell line, with variables replaced except between single quotes. */
export function wordsOf(line: string, variables: Record<string, string>): string[] {
  const fill = (text: string): string =>
    text.replace(/\$([A-Z_]+)/g, (_, name: string) => variables[name] ?? `no ${name} yet`);
  const quoted = /'([^']*)'|"([^"]*)"|([^\s'"]+)/g;
  return [...line.replaceAll('\\\n', ' ').matchAll(quoted)].map(
    ([, single, double, bare]) => single ?? fill(double ?? bare ?? ''),
  );
}

/** A curl line as a call of the route that it reaches. */
export function callOf(words: readonly string[]): { route: Route; call: Call } {
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
    return {
      route,
      call: { params, query, headers: { ...headers, ...type }, ...(isGet || rawBody === undefined ? {} : { rawBody }) },
    };
  }
  throw new Error(`no route for ${method} ${url.pathname}`);
}
