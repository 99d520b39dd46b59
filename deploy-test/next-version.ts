import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const NEXT_VERSION = '1.0.0-next';
/** The emulator logs it with each call, so that the logs show the setting of each call. */
export const NEXT_MEMORY_MB = 640;

const TREE = [
  'functions',
  'infra',
  'lib',
  'deploy-test',
  'cdk.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** Copies the tree with another version number of the API, and an app with other settings. */
export function writeNextVersion(root: string, folder: string): { tree: string; app: string } {
  const tree = join(folder, 'next-version');
  mkdirSync(tree, { recursive: true });
  for (const part of TREE) cpSync(join(root, part), join(tree, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  const file = join(tree, 'lib/http/openapi.ts');
  const before = readFileSync(file, 'utf8');
  const after = before.replace(/(const API_VERSION = ')[^']+(')/, `$1${NEXT_VERSION}$2`);
  if (after === before)
    throw new Error('lib/http/openapi.ts no longer has API_VERSION, by which the second version is known');
  writeFileSync(file, after);
  return { tree, app: 'node deploy-test/app.ts' };
}
