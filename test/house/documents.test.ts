import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../../lib/api/routes.ts';
import { ENTITIES } from '../../lib/events/catalog.ts';
import { listTags } from '../../lib/http/openapi/tags.ts';

const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')];
const textOf = (page: string): string => readFileSync(page, 'utf8');
const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '');

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutCode(textOf(page)).matchAll(/^#{1,6} (.+)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    for (let i = 0; ; i += 1) {
      const unique = i === 0 ? anchor : `${anchor}-${i}`;
      if (anchors.has(unique)) continue;
      anchors.add(unique);
      break;
    }
  }
  return anchors;
}

/** The links of a page that lead to no file, or to no heading of it. */
function brokenLinks(page: string): string[] {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchorsOf(file).has(anchor);
    });
}

test('the README fits into 200 lines', () => {
  expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(200);
});

test.each(pages)('every relative link of %s leads to an existing file and heading', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test('every stored picture is shown on a page', () => {
  const shown = pages.map(textOf).join('');
  expect(readdirSync('docs/pictures').filter((name) => !shown.includes(`pictures/${name}`))).toEqual([]);
});

test('the index of the documents lists every document once, except the decisions', () => {
  const listed = [...textOf('docs/README.md').matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => join('docs', path));
  const documents = [...globSync('docs/*.md'), 'README.md', 'CONTRIBUTING.md', 'docs/decisions/README.md'];
  expect([...listed].sort()).toEqual(documents.filter((page) => page !== 'docs/README.md').sort());
});

/** Lines that repeat the one before, and sentences that stand twice in a paragraph, as a merge may leave them. */
function repeatsIn(text: string): string[] {
  const lines = text.split('\n').filter((line, at, all) => /\w{2}/.test(line) && line === all[at - 1]);
  const sentences = withoutCode(text)
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, ' ').split(/(?<=[.:;]) /))
    .flatMap((parts) => parts.filter((part, at) => part.length > 30 && parts.indexOf(part) < at));
  return [...lines, ...sentences];
}

test.each(pages)('%s says nothing twice in a row', (page) => {
  expect(repeatsIn(textOf(page))).toEqual([]);
});

test('a repeated line and a sentence that was wrapped again are found, a repeated bracket is not', () => {
  const sentence = 'A route gets three fifths of it at most.';
  expect(repeatsIn('ab\nab\ncd\n}\n}\n\n\nab')).toEqual(['ab']);
  expect(repeatsIn(`Deploy. ${sentence} Go\non. ${sentence.replace('it ', 'it\n')}`)).toEqual([sentence]);
});

test('the glossary has a row for each tag of the API and for each entity that an event is about', () => {
  const rows = [...textOf('docs/glossary.md').matchAll(/^\| ([^|]+) \| [A-Z`][^|]+\. \|$/gm)];
  const terms = new Set(rows.flatMap(([, names = '']) => names.toLowerCase().split(', ')));
  const singular = (name: string): string => name.replace(/ies$/, 'y').replace(/s$/, '');
  const words = [...listTags(routes).map(({ name }) => name), ...ENTITIES.map((entity) => entity.replaceAll('_', ' '))];
  const missing = words.map((word) => word.toLowerCase()).filter((word) => !terms.has(word));
  expect(missing.filter((word) => !terms.has(singular(word)))).toEqual([]);
});

describe('the index of the decisions', () => {
  const files = globSync('docs/decisions/[0-9]*.md').map((path) => path.slice('docs/decisions/'.length));
  const rows = [...textOf('docs/decisions/README.md').matchAll(/^- \[(\d+)\]\(([^)]+)\): (.+)$/gm)];

  test('lists every page once', () => {
    expect(rows.map(([, , file]) => file).sort()).toEqual([...files].sort());
  });

  test('shows the number and the title of each page', () => {
    const shown = rows.map(([, number, file = '', title]) => [file, `# ${number ?? ''}. ${title ?? ''}`]);
    const titles = files.map((file) => [file, textOf(join('docs/decisions', file)).split('\n', 1).join('')]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(titles));
    for (const file of files)
      expect(Number(/^# (\d+)\./.exec(titles.find(([name]) => name === file)?.[1] ?? '')?.[1])).toBe(
        Number(file.slice(0, 4)),
      );
  });
});

test('docs/architecture.md has a row for each room and each file beside the rooms of lib', () => {
  const rows = [...textOf('docs/architecture.md').matchAll(/^\| (`[^|]+`) \|/gm)].map(([, names = '']) => names);
  const named = new Set(rows.flatMap((names) => [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name)));
  expect(readdirSync('lib').filter((name) => !named.has(`lib/${name}`))).toEqual([]);
  expect(['functions', 'clients', 'bin', 'infra', 'local'].filter((room) => !named.has(room))).toEqual([]);
});

describe('a page with calls', () => {
  const blocksOf = (page: string): string[] => [...textOf(page).matchAll(/^```sh[^\n]*\n[\s\S]*?^```$/gm)].map(String);
  const preparation = blocksOf('README.md').find((block) => block.includes('.local/credentials.json'));
  const withCalls = pages.filter((page) => blocksOf(page).some((block) => block.includes('curl -s')));

  test.each(withCalls)(
    '%s begins with the same preparation as the README, so that its calls can be pasted alone',
    (page) => {
      const [first] = blocksOf(page).filter((block) => !block.startsWith('```sh\nnpm ci'));
      expect(first).toBe(preparation);
    },
  );

  test('is run in CI', () => {
    const run = /const PAGES = \[([^\]]*)\]/.exec(textOf('.ci/smoke.mjs'))?.[1] ?? '';
    expect([...run.matchAll(/'([^']+)'/g)].map(([, page]) => page).sort()).toEqual([...withCalls].sort());
  });
});
