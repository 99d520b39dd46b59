import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundling } from '../infra/service-function.ts';
import { figure, twoGoals, type Row } from './rows.ts';

const GROUP = 'Bundles, KB of 1,024 bytes, minified';
const functions = join(import.meta.dirname, '../functions');
const CHECK = 'check-license';
const BIGGEST = 8;

export type Bundles = { rows: Row[]; fileOf: (name: string) => string };

/** Bundles all functions into a folder as the stacks do. */
export async function buildBundles(outdir: string): Promise<Bundles> {
  const { format, target, mainFields, banner } = bundling;
  const { metafile } = await build({
    entryPoints: readdirSync(functions).map((file) => join(functions, file)),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    minify: bundling.minify,
    format,
    target,
    mainFields: [...mainFields],
    banner: { js: banner },
    metafile: true,
    logLevel: 'error',
  });
  const outputs = Object.entries(metafile.outputs).map(([file, output]) => ({
    name: basename(file, '.mjs'),
    ...output,
  }));
  const check = outputs.find(({ name }) => name === CHECK);
  if (check === undefined) throw new Error(`there is no function ${CHECK}`);
  const others = outputs.filter(({ name }) => name !== CHECK).sort((a, b) => b.bytes - a.bytes);
  const size = check.bytes / 1024;
  const rows = [
    twoGoals(GROUP, CHECK, { first: 360, then: 64, unit: ' KB', gates: true }, size, kilobytes(check.bytes)),
    ...biggestPackages(check.inputs).map(([name, bytes]) => figure(GROUP, `  of which ${name}`, kilobytes(bytes))),
    ...others.map(({ name, bytes }) => figure(GROUP, name, kilobytes(bytes))),
  ];
  return { rows, fileOf: (name) => join(outdir, `${name}.mjs`) };
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

/** The bytes of each package, or room of ours, in a bundle. */
function biggestPackages(inputs: Metafile['outputs'][string]['inputs']): [string, number][] {
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const packaged = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
    const room = packaged ?? path.split('/').slice(0, 2).join('/');
    sizes.set(room, (sizes.get(room) ?? 0) + bytesInOutput);
  }
  return [...sizes].sort(([, a], [, b]) => b - a).slice(0, BIGGEST);
}
