import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const NEXT_VERSION = '1.0.0-next';
/** The emulator tells it in each call's report, so that the logs show with which setting a call ran. */
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

/** A copy of the tree whose code differs: the version that the API says of itself. Its app has another setting. */
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
