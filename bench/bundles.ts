import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundleFunctions, listStartFiles, startBytes, type Bundle } from '../infra/bundle.ts';
import { MAIN_JOB } from './main-job.ts';
import { figure, oneGoal, type Row } from './rows.ts';

const GROUP = 'Bundles, KB of 1,024 bytes, minified';
const functions = join(import.meta.dirname, '../functions');
const BIGGEST = 4;

export type Bundles = { rows: Row[]; fileOf: (name: string) => string };

/** Bundles each function into a folder of its own, as the stacks do. */
export function buildBundles(outdir: string): Bundles {
  const outputs = readdirSync(functions).map((file) => {
    const name = basename(file, '.ts');
    // Each by itself, as it is deployed: functions that are bundled together share files.
    const bundle = bundleFunctions([name], join(outdir, name));
    return { name, loaded: listStartFiles(bundle, name), bytes: startBytes(bundle, name) };
  });
  const isMain = (name: string): boolean => MAIN_JOB.some(({ route }) => route.function === name);
  const others = outputs.filter(({ name }) => !isMain(name)).sort((a, b) => b.bytes - a.bytes);
  const rows = [
    ...MAIN_JOB.filter(
      ({ route }, i) => MAIN_JOB.findIndex((one) => one.route.function === route.function) === i,
    ).flatMap(({ route, goals }) => {
      const output = outputs.find(({ name }) => name === route.function);
      if (output === undefined) throw new Error(`there is no function ${route.function}`);
      return rowsOf(route.function, goals.kilobytes, output);
    }),
    ...others.map(({ name, bytes }) => figure(GROUP, name, kilobytes(bytes))),
  ];
  return { rows, fileOf: (name) => join(outdir, name, `${name}.mjs`) };
}

/** The size of a bundle beside its goal, and its biggest parts. */
function rowsOf(name: string, most: number | undefined, { bytes, loaded }: { bytes: number; loaded: Bundle }): Row[] {
  return [
    oneGoal(GROUP, name, { most, unit: ' KB', gates: true }, bytes / 1024, kilobytes(bytes)),
    ...biggestPackages(loaded).map(([part, size]) =>
      figure(GROUP, `  of which ${part}, before it is minified`, kilobytes(size)),
    ),
  ];
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

/** The bytes of each package, or room of ours, in the files of a bundle. */
function biggestPackages(files: Bundle): [string, number][] {
  const sizes = new Map<string, number>();
  for (const [path, bytes] of files.flatMap(({ sources }) => Object.entries(sources))) {
    const packaged = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
    const room = packaged ?? path.split('/').slice(0, 2).join('/');
    sizes.set(room, (sizes.get(room) ?? 0) + bytes);
  }
  return [...sizes].sort(([, a], [, b]) => b - a).slice(0, BIGGEST);
}
