import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { describeInstance } from '../../lib/domain/instance-description.ts';
import { parseInstance } from '../../lib/domain/instance.ts';
import { describeNew } from '../../lib/domain/plain-description.ts';
import { PLAIN_SUFFIXES, readPlainDomain } from '../../lib/domain/plain-suffix.ts';
import { isPublicSuffix, readRegistrableDomain } from '../../lib/domain/public-suffix.ts';
import { fc } from '../support/run/properties.ts';

type Trie = Record<'edgeStart' | 'edgeLength' | 'edgeChild', number[]> & {
  nodeFlags: number[];
  labelText: string;
  rulesRoot: number;
};

/** The suffixes of the list below which it has no other one, read from the package's own data. */
function listLeaves(): string[] {
  const file = 'node_modules/tldts-icann/dist/es6/src/data/trie.js';
  const trie = createContext({}) as Trie;
  runInContext(readFileSync(file, 'utf8').replaceAll('export const ', 'var '), trie);
  const { nodeFlags, edgeStart, edgeLength, edgeChild, labelText, rulesRoot } = trie;
  const at = (list: number[], i: number): number => list[i] ?? 0;
  const leaves: string[] = [];
  let offset = 0;
  for (let node = 0; node < nodeFlags.length; node += 1) {
    for (let edge = at(edgeStart, node); edge < at(edgeStart, node + 1); edge += 1) {
      const child = at(edgeChild, edge);
      const isLeaf = node === rulesRoot && at(edgeStart, child) === at(edgeStart, child + 1);
      if (isLeaf) leaves.push(labelText.slice(offset, offset + at(edgeLength, edge)));
      offset += at(edgeLength, edge);
    }
  }
  return leaves;
}

test('no plain suffix has a longer one below it in the list of public suffixes', () => {
  const leaves = listLeaves();
  expect(leaves.length).toBeGreaterThan(1_000);
  expect(leaves).not.toContain('uk');
  expect(PLAIN_SUFFIXES.filter((suffix) => !leaves.includes(suffix))).toEqual([]);
  expect(PLAIN_SUFFIXES.filter((suffix) => !isPublicSuffix(suffix))).toEqual([]);
});

const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?$/);
const host = fc
  .tuple(fc.array(fc.oneof(label, fc.constantFrom('staging', 'dev', 'co', 'com')), { minLength: 1, maxLength: 4 }))
  .chain(([labels]) =>
    fc.constantFrom(...PLAIN_SUFFIXES, 'co.uk', 'example').map((suffix) => [...labels, suffix].join('.')),
  );

test('a new site has the same description with and without the list of public suffixes', async () => {
  await fc.assert(
    fc.asyncProperty(host, async (name) => {
      const instance = parseInstance('url', `https://${name}/path`);
      fc.pre(instance?.host !== undefined);
      expect(await describeNew(instance)).toEqual(describeInstance(instance));
    }),
  );
  expect(readPlainDomain('www.shop.com')).toBe(readRegistrableDomain('www.shop.com'));
});
