import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  ProofRefused,
  readTrustedKeys,
  verifyPackage,
  verifyProof,
  type TrustedKeys,
} from '../../clients/typescript/src/proof.ts';
import { proofVectors } from './proof-vectors.ts';

const { key_set, key_sets, packages, proofs } = proofVectors;
const roots = proofVectors.roots.map(({ x }) => x);
const now = Number(key_sets[0]?.now);
let set: TrustedKeys;
beforeAll(async () => {
  set = await readTrustedKeys(key_set, { roots, version: 0, now });
});

async function resultOf(verified: Promise<unknown>): Promise<string> {
  try {
    await verified;
    return 'ok';
  } catch (error) {
    if (error instanceof ProofRefused) return error.reason;
    throw error;
  }
}

/** The text with one byte changed, for every byte, in two ways. */
const flipped = (text: string): string[] =>
  [...text].flatMap((character, i) =>
    [1, 4].map((bit) => text.slice(0, i) + String.fromCharCode(character.charCodeAt(0) ^ bit) + text.slice(i + 1)),
  );

test('the vectors are up to date with `npm run docs:vectors`', () => {
  expect(JSON.parse(readFileSync('clients/vectors/proofs.json', 'utf8'))).toEqual(proofVectors);
});

describe('the TypeScript verifier', () => {
  test.each(proofs)('gives the expected result for a proof: $name', async ({ proof, expected, result }) => {
    expect(await resultOf(verifyProof(proof, set, expected))).toBe(result);
  });

  test.each(key_sets)('gives the expected result for a key set: $name', async (vector) => {
    const held = { roots, version: vector.held_version, now: vector.now };
    expect(await resultOf(readTrustedKeys(vector.key_set, held))).toBe(vector.result);
  });

  test.each(packages)('gives the expected result for a package: $name', async ({ file, offered, result }) => {
    expect(await resultOf(verifyPackage(new Uint8Array(Buffer.from(file)), offered, set))).toBe(result);
  });

  test('refuses a good proof and a good key set with any single byte changed', async () => {
    const [good] = proofs;
    if (good === undefined) throw new Error('there is no vector');
    const results = await Promise.all([
      ...flipped(good.proof).map((text) => resultOf(verifyProof(text, set, good.expected))),
      ...flipped(key_set).map((text) => resultOf(readTrustedKeys(text, { roots, version: 0, now }))),
    ]);
    expect(results).toHaveLength(2 * (good.proof.length + key_set.length));
    expect(results).not.toContain('ok');
  });
});

describe('the PHP verifier', () => {
  // Without PHP this fails, and says so: a verifier that nobody runs proves nothing.
  const { stdout, stderr, error } = spawnSync('php', ['test/clients/verify-vectors.php'], { encoding: 'utf8' });
  const fault = error === undefined ? stderr : 'PHP is not installed: apt-get install php-cli';
  const results = (): Record<string, unknown> => {
    if (error !== undefined || !stdout.startsWith('{')) throw new Error(`${fault} ${stdout}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const expectedOf = (vectors: readonly { name: string; result: string }[]) =>
    Object.fromEntries(vectors.map(({ name, result }) => [name, result]));

  test('gives the same results for the same proofs, key sets and packages', () => {
    expect(results()['proofs']).toEqual(expectedOf(proofs));
    expect(results()['key_sets']).toEqual(expectedOf(key_sets));
    expect(results()['packages']).toEqual(expectedOf(packages));
  });

  test('refuses a good proof and a good key set with any single byte changed', () => {
    expect(results()['flipped']).toBe(2 * ((proofs[0]?.proof.length ?? 0) + key_set.length));
    expect(results()['flipped_accepted']).toBe(0);
  });
});
