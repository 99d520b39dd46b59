import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { BundleFile, BundleOrder } from './write-bundle.ts';

/** Files that a function reads, by the name that they have beside its code, with their paths in the repository. */
export type Files = Readonly<Record<string, { from: string }>>;

/** The files that a container may load, as they are written. */
export type Bundle = readonly BundleFile[];

const sourceOf = (name: string): string => join('functions', `${name}.ts`);

/** Bundles functions into a folder. `entryName` is the name of the file that Lambda loads of a function. */
export function bundleFunctions(
  names: readonly string[],
  outdir: string,
  { entryName = (name: string): string => name, withMaps = false } = {},
): Bundle {
  const entries = Object.fromEntries(names.map((name) => [entryName(name), sourceOf(name)]));
  const order: BundleOrder = { entries, outdir, withMaps };
  // The CDK asks for a bundle and cannot wait for a promise.
  const program = join(import.meta.dirname, 'write-bundle.ts');
  const args = [program, JSON.stringify(order)];
  const written = execFileSync('node_modules/.bin/node', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return JSON.parse(written) as Bundle;
}

const entryName = (): string => 'index';

/** One function as it is deployed: `index.mjs`, the files that it loads later, and the files that it reads. */
export function packFunction(name: string, outdir: string, files: Files = {}): void {
  bundleFunctions([name], outdir, { entryName });
  for (const [beside, { from }] of Object.entries(files)) copyFileSync(from, join(outdir, beside));
}

/** Writes the source maps of a function's bundle as it is deployed, and nothing else. */
export function writeSourceMaps(name: string, outdir: string): void {
  bundleFunctions([name], outdir, { entryName, withMaps: true });
  for (const file of readdirSync(outdir)) if (!file.endsWith('.map')) rmSync(join(outdir, file));
}

/** Bundles on the machine that synthesizes, without Docker. */
export function packCode(name: string, files: Files): Code {
  return Code.fromAsset('functions', {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      // The CDK keeps what it bundled by these options, so they have to name the function.
      command: [name],
      local: {
        tryBundle(outdir) {
          packFunction(name, outdir, files);
          return true;
        },
      },
    },
  });
}

/** The files of a function that a container loads before its first call: its first one and all that it imports. */
export function listStartFiles(bundle: Bundle, name: string): BundleFile[] {
  const first = bundle.find(({ entry }) => entry === sourceOf(name));
  if (first === undefined) throw new Error(`there is no bundle of ${name}`);
  const loaded = new Set([first]);
  for (const { imports } of loaded)
    for (const path of imports) {
      const file = bundle.find((one) => one.file === path);
      if (file !== undefined) loaded.add(file);
    }
  return [...loaded];
}

export const startBytes = (bundle: Bundle, name: string): number =>
  listStartFiles(bundle, name).reduce((sum, { bytes }) => sum + bytes, 0);

/** The source files of which something is in these files. */
export const listSources = (files: Bundle): string[] => files.flatMap(({ sources }) => Object.keys(sources));
