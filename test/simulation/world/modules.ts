import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

export const root = join(import.meta.dirname, '../../..');
const INSIDE = 'test/simulation/inside';

/** Files of the service that reach outside; the world stands in for them. */
const REPLACED = [
  { path: /(?:^|\/)https-post\.ts$/, by: 'simulated:https-post' },
  { path: /(?:^|\/)exchange\.ts$/, by: 'simulated:exchange' },
];

/** Modules of the service for which one of the simulation's is compiled in. */
const STOOD_IN = [
  { path: /(?:^|\/)bucket\.ts$/, by: `${INSIDE}/bucket.ts` },
  { path: /(?:^|\/)stored-files\.ts$/, by: `${INSIDE}/stored-files.ts` },
  { path: /(?:^|\/)logger\.ts$/, by: `${INSIDE}/logger.ts` },
  { path: /(?:^|\/)metrics\.ts$/, by: `${INSIDE}/metrics.ts` },
  { path: /(?:^|\/)signature\.ts$/, by: `${INSIDE}/signature.ts` },
  { path: /(?:^|\/)functions\/inspect-package\.ts$/, by: `${INSIDE}/inspect-package.ts` },
];

/** Functions whose subject is not simulated: pages, the auditor, and the key set, which one function only reads. */
const LEFT_OUT = new Set(['audit-segment', 'console', 'docs', 'key-set']);

/** The first key of the platform team is made by an operator, outside of the API. */
export const OPERATORS = 'lib/commands/create-platform-key.ts';

/**
 * How often a module is evaluated. `pure` ones know no clock, no chance and no world: once, for all. `common` ones keep
 * no state between calls: once, and what they ask for is answered by the container that runs. `own` ones keep state:
 * by each container for itself.
 */
export type Tier = 'pure' | 'common' | 'own';

/** The rules, the tables of routes and events, and the libraries under them. */
const PURE = /^(?:lib\/(?:api|domain|events)\/|zod(?:\/|$)|tldts-icann$)/;
/** What a module keeps between calls, as the formatter writes it. A `WeakMap` keeps it by objects of a container. */
const STATE = [
  /^(?:export )?(?:let|var) /m,
  /^(?:export )?const \w+(?:: [^=]+)? = (?:makeOnce|remember\w*)\(/m,
  /^const (?!.*Readonly).*= new (?:Map|Set)(?:<.*>)?\(\);/m,
];

/** Its state is how far `npm start` has moved the clock, and nobody moves the clock of a container. */
const UNMOVED = 'lib/process/clock.ts';

/** The module that an import names: a path in the service, one of the world's, or a package. */
export function resolveImport(path: string, folder: string): string {
  const replaced = REPLACED.find((one) => one.path.test(path)) ?? STOOD_IN.find((one) => one.path.test(path));
  if (replaced !== undefined) return replaced.by;
  return path.startsWith('.') ? relative(root, join(root, folder, path)).replaceAll(sep, '/') : path;
}

const IMPORT = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)';|\bimport\('(\.[^']+)'\)/gm;

const importsOf = (name: string, text: string): string[] =>
  [...text.matchAll(IMPORT)]
    .map(([, first, second]) => resolveImport(first ?? second ?? '', dirname(name)))
    .filter((imported) => imported.endsWith('.ts'));

/** The functions of the service that are simulated, and the file of each. */
export const functionFiles: ReadonlyMap<string, string> = new Map([
  ...readdirSync(join(root, 'functions'))
    .map((file) => basename(file, '.ts'))
    .filter((name) => !LEFT_OUT.has(name))
    .map((name) => [name, resolveImport(`./functions/${name}.ts`, '.')] as const),
  ['operate', `${INSIDE}/operate.ts`],
]);

function tierOf(name: string, text: string): Tier {
  if (PURE.test(name)) return 'pure';
  return (name !== UNMOVED && STATE.some((kept) => kept.test(text))) || [...functionFiles.values()].includes(name)
    ? 'own'
    : 'common';
}

/** All modules that the functions need, with the tier of each. */
export function findModules(): ReadonlyMap<string, Tier> {
  const tiers = new Map<string, Tier>();
  const open = [...functionFiles.values(), OPERATORS];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (tiers.has(name)) continue;
    const text = readFileSync(join(root, name), 'utf8');
    tiers.set(name, tierOf(name, text));
    open.push(...importsOf(name, text));
  }
  return tiers;
}

/** The tier of an imported module; undefined for a package, which the module that needs it has for itself. */
export const tierOfImport = (name: string, tiers: ReadonlyMap<string, Tier>): Tier | undefined =>
  PURE.test(name) ? 'pure' : tiers.get(name);
