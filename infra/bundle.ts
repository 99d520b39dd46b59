import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Metafile } from 'esbuild';

/** Bundled CommonJS packages require Node's own modules, which an ES module cannot. */
const BANNER =
  "import{createRequire as requireOfThisBundle}from'node:module';const require=requireOfThisBundle(import.meta.url);";

/**
 * The SDK is bundled, because Lambda's own copy starts slower and changes unasked. Without `module` first, packages
 * that ship both come as CommonJS, which esbuild cannot shake. A file imported by `await import` stays apart, and a
 * container loads it when it first needs it.
 */
const OPTIONS = [
  '--bundle',
  '--minify',
  '--splitting',
  '--platform=node',
  '--format=esm',
  '--target=node24',
  '--main-fields=module,main',
  '--out-extension:.js=.mjs',
  '--log-level=warning',
];

/** Files that a function reads, by the name that they have beside its code, with their paths in the repository. */
export type Files = Readonly<Record<string, { from: string }>>;

/**
 * Bundles functions into a folder. `entryNames` are the names of the files that are loaded first. `more` may ask
 * esbuild for files beside the bundles.
 */
export function bundleFunctions(
  names: readonly string[],
  outdir: string,
  entryNames = '[name]',
  more: readonly string[] = [],
): Metafile {
  const entries = names.map((name) => join('functions', `${name}.ts`));
  mkdirSync(outdir, { recursive: true });
  const metafile = join(outdir, 'meta.json');
  const written = [`--outdir=${outdir}`, `--entry-names=${entryNames}`, `--metafile=${metafile}`];
  const write = (...banner: string[]): Metafile => {
    const args = [...entries, ...OPTIONS, ...written, ...more, ...banner];
    execFileSync('node_modules/.bin/esbuild', args, { stdio: 'inherit' });
    return JSON.parse(readFileSync(metafile, 'utf8')) as Metafile;
  };
  const plain = write();
  const read = Object.keys(plain.outputs)
    .filter((file) => file.endsWith('.mjs'))
    .some(needsRequire)
    ? write(`--banner:js=${BANNER}`)
    : plain;
  rmSync(metafile);
  return read;
}

/** True for a file in which esbuild left a `require`. Each file would have the banner, so most bundles have none. */
const needsRequire = (file: string): boolean => readFileSync(file, 'utf8').includes('Dynamic require of');

/** One function as it is deployed: `index.mjs`, the files that it loads later, and the files that it reads. */
export function packFunction(name: string, outdir: string, files: Files = {}): void {
  bundleFunctions([name], outdir, 'index');
  for (const [beside, { from }] of Object.entries(files)) copyFileSync(from, join(outdir, beside));
}

/**
 * Writes the source maps of a function's bundle as it is deployed, and nothing else. esbuild's names for later files
 * depend on whether it makes maps, so the bundle is made in both ways. They differ in those names, of one length, only.
 */
export function writeSourceMaps(name: string, outdir: string): void {
  const [plainly, withMaps] = [join(outdir, 'plainly'), join(outdir, 'with-maps')];
  const deployed = bundleFunctions([name], plainly, 'index');
  const mapped = Object.entries(bundleFunctions([name], withMaps, 'index', ['--sourcemap=external']).outputs);
  for (const [file, output] of Object.entries(deployed.outputs)) {
    const [twin] = mapped.find(([, other]) => isSameCode(output, other)) ?? [];
    if (twin === undefined) throw new Error(`there is no source map of ${file}`);
    const map = JSON.parse(readFileSync(`${twin}.map`, 'utf8')) as { sources: string[] };
    const sources = map.sources.map((source) => relative('.', join(dirname(twin), source)));
    writeFileSync(join(outdir, `${basename(file)}.map`), JSON.stringify({ ...map, sources }));
  }
  for (const folder of [plainly, withMaps]) rmSync(folder, { recursive: true });
}

type Output = Metafile['outputs'][string];

const isSameCode = (one: Output, other: Output): boolean =>
  one.bytes === other.bytes && isDeepStrictEqual([one.entryPoint, one.inputs], [other.entryPoint, other.inputs]);

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

/** The files of a bundle that a container loads before its first call: its first one and all that it imports. */
function listStartFiles({ outputs }: Metafile, entryPoint: string): Metafile['outputs'][string][] {
  const [first] = Object.entries(outputs).find(([, output]) => output.entryPoint === entryPoint) ?? [];
  if (first === undefined) throw new Error(`esbuild wrote no bundle of ${entryPoint}`);
  const loaded = new Set([first]);
  for (const file of loaded)
    for (const { path, kind, external } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) loaded.add(path);
  return [...loaded].flatMap((file) => outputs[file] ?? []);
}

export const startBytes = (bundle: Metafile, entryPoint: string): number =>
  listStartFiles(bundle, entryPoint).reduce((sum, { bytes }) => sum + bytes, 0);

/** The source files of which something is in these bytes. */
export const listStartSources = (bundle: Metafile, entryPoint: string): string[] =>
  listStartFiles(bundle, entryPoint).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
