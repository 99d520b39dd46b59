import { readdirSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { build, type OnResolveArgs, type Plugin } from 'esbuild';
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
  { path: /(?:^|\/)logger\.ts$/, by: join(root, 'test/simulation/inside/logger.ts') },
  { path: /(?:^|\/)metrics\.ts$/, by: join(root, 'test/simulation/inside/metrics.ts') },
  { path: /(?:^|\/)signature\.ts$/, by: join(root, 'test/simulation/inside/signature.ts') },
  { path: /(?:^|\/)functions\/inspect-package\.ts$/, by: join(root, 'test/simulation/inside/inspect-package.ts') },
];

/** Functions whose subject is not simulated: pages, the auditor, and the key set, which one function only reads. */
const LEFT_OUT = new Set(['audit-segment', 'console', 'docs', 'key-set']);

/** The first key of the platform team is made by an operator, outside of the API. */
const OPERATORS = "export { createPlatformKey } from './lib/commands/create-platform-key.ts';";

/**
 * The code that knows no clock, no chance and no world, and keeps no state: the rules, the tables of routes and events,
 * and the libraries under them. It is evaluated once for all containers, which saves most of a cold start.
 */
const SHARED = /^(?:lib\/(?:api|domain|events)\/|zod\/|tldts-icann$)/;
const asShared = (name: string): string => `shared:${name}`;

/** The name of an imported module: its path in the service, or that of its package. */
const nameOf = ({ path, resolveDir }: OnResolveArgs): string =>
  path.startsWith('.') ? relative(root, join(resolveDir, path)).replaceAll(sep, '/') : path;

/** Leaves shared modules out of what containers evaluate, and notes which ones they ask for. */
const leaveOut = (asked: Set<string>): Plugin => ({
  name: 'left-out',
  setup(on) {
    for (const { path, by } of REPLACED) on.onResolve({ filter: path }, () => ({ path: by, external: true }));
    for (const { path, by } of STOOD_IN) on.onResolve({ filter: path }, () => ({ path: by }));
    on.onResolve({ filter: /^(?:\.|zod|tldts)/ }, (args) => {
      const name = nameOf(args);
      if (args.kind === 'entry-point' || !SHARED.test(name)) return undefined;
      asked.add(name);
      return { path: asShared(name), external: true, sideEffects: false };
    });
  },
});

/** Refuses a shared module that needs one which is not: it might keep state, or ask for a clock. */
const holdShared: Plugin = {
  name: 'held',
  setup(on) {
    on.onResolve({ filter: /^\./ }, (args) => {
      const name = nameOf(args);
      if (!name.startsWith('lib/') || SHARED.test(name)) return undefined;
      return { errors: [{ text: `${args.importer} needs ${name}, which containers do not share` }] };
    });
  },
};

async function compile(contents: string, plugin: Plugin): Promise<Run> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: ['@aws-sdk/*', 'simulated:storage'],
    write: false,
    logLevel: 'error',
    plugins: [plugin],
  });
  // A function of this realm: errors that the world makes are errors of the service's own kind.
  const run = Reflect.construct(Function, [...SEAMS, outputFiles[0]?.text ?? '']) as (...seams: unknown[]) => void;
  return (seams) => {
    const module = { exports: {} };
    run(...SEAMS.map((name) => (name === 'module' ? module : name === 'exports' ? module.exports : seams[name])));
    return module.exports;
  };
}

type Run = (seams: Seams) => unknown;

/** Evaluates the modules that all containers share. */
async function evaluateShared(names: readonly string[], seams: Seams): Promise<Record<string, unknown>> {
  const imports = names.map((name, i) => `import * as shared${i} from ${JSON.stringify(fileOf(name))};`);
  const entries = names.map((name, i) => `${JSON.stringify(asShared(name))}: { ...shared${i} }`);
  const run = await compile(`${imports.join('')}export const shared = {${entries.join(',')}};`, holdShared);
  return (run(seams) as { shared: Record<string, unknown> }).shared;
}

/**
 * The module as an object that has nothing of its own. Compiled code makes a getter for each export of a module at each
 * place that imports it; what is inherited it reads as it is.
 */
const asModule = (module: unknown): unknown => Object.create(module as object);

const fileOf = (name: string): string => (name.startsWith('lib/') ? `./${name}` : name);

/**
 * Compiles all functions once. Each container evaluates the compiled code for itself, but for the part without state.
 * `sharedSeams` are what that part is given: it has no world.
 */
export async function compileService(sharedSeams: Seams): Promise<Evaluate> {
  const names = readdirSync(join(root, 'functions'))
    .map((file) => basename(file, '.ts'))
    .filter((name) => !LEFT_OUT.has(name));
  const imports = names.map((name) => `${JSON.stringify(name)}: () => import('./functions/${name}.ts')`);
  imports.push("operate: () => import('./test/simulation/inside/operate.ts')");
  const asked = new Set<string>();
  const run = await compile(`${OPERATORS}export const functions = {${imports.join(',')}};`, leaveOut(asked));
  const evaluated = await evaluateShared([...asked].sort(), sharedSeams);
  const shared = Object.fromEntries(Object.entries(evaluated).map(([name, module]) => [name, asModule(module)]));
  return (seams) => {
    const ask = seams.require as (name: string) => unknown;
    const require = (name: string): unknown => (Object.hasOwn(shared, name) ? shared[name] : asModule(ask(name)));
    return run({ ...seams, require }) as ReturnType<Evaluate>;
  };
}
