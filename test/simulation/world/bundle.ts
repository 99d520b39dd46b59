import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { createPlatformKey } from '../../../lib/commands/create-platform-key.ts';
import { ownModule, runAs, type Scope } from './current.ts';
import { findModules, functionFiles, OPERATORS, resolveImport, root, tierOfImport, type Tier } from './modules.ts';
import type { Host } from './parts.ts';
import { asModule, buildSeams, buildWorldlessSeams, SEAMS, type Seams } from './seams.ts';

type Module = { handler: (event: unknown, context: unknown) => Promise<unknown> };
type Evaluated = { functions: Record<string, () => Promise<Module>>; createPlatformKey: typeof createPlatformKey };

/** Gives a container its own copy of all that keeps state. `run` runs code as the container's. */
export type Evaluate = (host: Host) => Evaluated & { run: <T>(call: () => T) => T };

type Run = (seams: Seams) => unknown;
type Modules = Readonly<Record<string, unknown>>;

/** Leaves out the modules of other tiers, and notes those that were asked for. */
const leaveOut = (tier: Tier, tiers: ReadonlyMap<string, Tier>, asked: Set<string>): Plugin => ({
  name: 'left-out',
  setup(on) {
    on.onResolve({ filter: /^(?:\.|zod|tldts|simulated:)/ }, ({ path, resolveDir, kind, importer }) => {
      if (kind === 'entry-point') return undefined;
      const name = resolveImport(path, relative(root, resolveDir));
      if (name.startsWith('simulated:')) return { path: name, external: true };
      const other = tierOfImport(name, tiers);
      if (other === undefined || other === tier)
        return other && path.startsWith('.') ? { path: join(root, name) } : undefined;
      if (tier === 'pure') return { errors: [{ text: `${importer} needs ${name}, which is not pure` }] };
      const external = `${other}:${name}`;
      asked.add(external);
      return { path: external, external: true, sideEffects: false };
    });
  },
});

async function compile(contents: string, plugin: Plugin): Promise<Run> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // A module that is imported late comes from `require`, too.
    supported: { 'dynamic-import': false },

    mainFields: ['module', 'main'],
    external: ['@aws-sdk/*'],
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

const fileOf = (name: string): string => (name.endsWith('.ts') ? `./${name}` : name);

/** The text of a module that exports all of these, each by its name. */
function exportAll(names: readonly string[]): string {
  const imports = names.map((name, i) => `import * as module${i} from ${JSON.stringify(fileOf(name))};`);
  const entries = names.map((name, i) => `${JSON.stringify(name)}: { ...module${i} }`);
  return `${imports.join('')}export const modules = {${entries.join(',')}};`;
}

/** The text of a module with all that each container has for itself, evaluated when it is first asked for. */
function exportOwn(names: readonly string[]): string {
  const functions = [...functionFiles].map(([name, file]) => `${JSON.stringify(name)}: () => import('./${file}')`);
  const own = names.map((name) => `${JSON.stringify(name)}: () => require('./${name}')`);
  return `export const functions = {${functions.join(',')}};export const modules = {${own.join(',')}};`;
}

const modulesOf = (evaluated: unknown): Modules => (evaluated as { modules: Modules }).modules;

/** Compiles all functions once, and evaluates once what keeps no state. Containers evaluate the rest for themselves. */
export async function compileService(): Promise<Evaluate> {
  const tiers = findModules();
  const named = (tier: Tier): string[] => [...tiers].flatMap(([name, its]) => (its === tier ? [name] : [])).sort();
  const asked = new Set<string>();
  const [ownRun, commonRun] = await Promise.all([
    compile(exportOwn(named('own')), leaveOut('own', tiers, asked)),
    compile(exportAll(named('common')), leaveOut('common', tiers, asked)),
  ]);
  const pureNames = [...asked].filter((name) => name.startsWith('pure:')).map((name) => name.slice('pure:'.length));
  const pureRun = await compile(exportAll(pureNames.sort()), leaveOut('pure', tiers, new Set()));
  const known = new Map<string, unknown>();
  const learn = (tier: Tier, modules: Modules): void => {
    for (const [name, module] of Object.entries(modules)) known.set(`${tier}:${name}`, asModule(module));
  };
  learn('pure', modulesOf(pureRun(buildWorldlessSeams())));
  for (const name of asked) if (name.startsWith('own:')) known.set(name, ownModule(name.slice('own:'.length)));
  const seams = buildSeams(known);
  const common = modulesOf(commonRun(seams));
  learn('common', common);
  const { createPlatformKey } = common[OPERATORS] as Pick<Evaluated, 'createPlatformKey'>;
  return (host) => openScope(host, () => ownRun(seams), createPlatformKey);
}

/** Evaluates a container's own copy of what keeps state, each module when it is first asked for. */
function openScope(host: Host, evaluate: () => unknown, createPlatformKey: Evaluated['createPlatformKey']) {
  const evaluated = new Map<string, object>();
  const scope: Scope = {
    host,
    own(name) {
      const before = evaluated.get(name);
      if (before !== undefined) return before;
      const found = own.modules[name]?.();
      if (found === undefined) throw new Error(`there is no module ${name}`);
      evaluated.set(name, found);
      return found;
    },
  };
  const run = <T>(call: () => T): T => runAs(scope, call);
  const own = run(evaluate) as Pick<Evaluated, 'functions'> & { modules: Record<string, () => object> };
  return { functions: own.functions, createPlatformKey, run };
}
