import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { proofVectors } from './proof-vectors.ts';
import { PHP } from './wordpress/sites.ts';

jest.setTimeout(180_000);

const php = (...args: string[]): string => execFileSync(PHP, args, { encoding: 'utf8' });

test('the file that plugins carry is what the build makes of its sources, and has at most 60 KB', () => {
  php('clients/php/build.php', '--check');
  expect(statSync('clients/php/license-service-client.php').size).toBeLessThanOrEqual(60_000);
});

test('the client verifies every golden vector that a site can ask about, and accepts no changed byte', () => {
  const isOfUrl = ({ expected }: (typeof proofVectors.proofs)[number]) =>
    expected.instance_identifier !== undefined && (expected.instance_type ?? 'url') === 'url';
  const askable = proofVectors.proofs.filter(isOfUrl);
  const { proofs, key_sets, flipped_accepted } = JSON.parse(php('test/clients/wordpress/vectors.php')) as {
    proofs: Record<string, string>;
    key_sets: Record<string, string>;
    flipped_accepted: number;
  };
  expect(askable.length).toBeGreaterThan(30);
  expect(askable.map(({ name }) => [name, proofs[name]])).toEqual(askable.map(({ name, result }) => [name, result]));
  expect(key_sets).toEqual(Object.fromEntries(proofVectors.key_sets.map(({ name, result }) => [name, result])));
  expect(flipped_accepted).toBe(0);
});
