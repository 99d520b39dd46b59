import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { createPlatformKey } from '../../../lib/commands/create-platform-key.ts';

const root = join(import.meta.dirname, '../../..');

/** Files of the service that reach outside; the world stands in for them. */
const REPLACED = [
  { path: /(?:^|\/)https-post\.ts$/, by: 'simulated:https-post' },
  { path: /(?:^|\/)exchange\.ts$/, by: 'simulated:exchange' },
];

/** Everything that a container could learn time, chance or the world from. It gets each of them from its host. */
export const SEAMS = [
  ...['require', 'module', 'exports', 'Date', 'Math', 'performance', 'AbortSignal', 'process', 'console', 'globalThis'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'fetch', 'crypto', 'WebSocket'],
] as const;
export type Seams = Record<(typeof SEAMS)[number], unknown>;

type Module = { handler: (event: unknown, context: unknown) => Promise<unknown> };
type Functions = Record<string, () => Promise<Module>>;

/** Evaluates the service's code for one container, with state of its own. */
export type Evaluate = (seams: Seams) => { functions: Functions; createPlatformKey: typeof createPlatformKey };

/** Modules of the service for which one of the simulation's is compiled in. */
const STOOD_IN = [
  { path: /(?:^|\/)bucket\.ts$/, by: join(root, 'test/simulation/inside/bucket.ts') },
  { path: /(?:^|\/)stored-files\.ts$/, by: join(root, 'test/simulation/inside/stored-files.ts') },
  { path: /(?:^|\/)functions\/inspect-package\.ts$/, by: join(root, 'test/simulation/inside/inspect-package.ts') },
];

/** Functions whose subject is not simulated: pages, the auditor, and the keys of proofs. */
const LEFT_OUT = new Set(['audit-segment', 'console', 'docs', 'key-set', 'renew-signing-keys']);

/** The first key of the platform team is made by an operator, outside of the API. */
const OPERATORS = "export { createPlatformKey } from './lib/commands/create-platform-key.ts';";

/** Compiles all functions once. Each container evaluates the compiled code for itself. */
export async function compileService(): Promise<Evaluate> {
  const names = readdirSync(join(root, 'functions'))
    .map((file) => basename(file, '.ts'))
    .filter((name) => !LEFT_OUT.has(name));
  const imports = names.map((name) => `${JSON.stringify(name)}: () => import('./functions/${name}.ts')`);
  const { outputFiles } = await build({
    stdin: { contents: `${OPERATORS}export const functions = {${imports.join(',')}};`, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: ['@aws-sdk/*', 'simulated:storage'],
    write: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'replaced',
        setup(on) {
          for (const { path, by } of REPLACED) on.onResolve({ filter: path }, () => ({ path: by, external: true }));
          for (const { path, by } of STOOD_IN) on.onResolve({ filter: path }, () => ({ path: by }));
        },
      },
    ],
  });
  const code = outputFiles[0]?.text ?? '';
  // A function of this realm: errors that the world makes are errors of the service's own kind.
  const run = Reflect.construct(Function, [...SEAMS, code]) as (...seams: unknown[]) => void;
  return (seams) => {
    const module = { exports: {} as ReturnType<Evaluate> };
    run(...SEAMS.map((name) => (name === 'module' ? module : name === 'exports' ? module.exports : seams[name])));
    return module.exports;
  };
}
