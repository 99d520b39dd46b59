import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { rolldown, type OutputChunk, type Plugin } from 'rolldown';
import { leanModules } from './lean-modules.ts';

/** Bundles to write: the source of each entry by the name of its file, and whether source maps lie beside them. */
export type BundleOrder = { entries: Record<string, string>; outdir: string; withMaps: boolean };

/** A file that was written. `sources` has the bytes of each source in it, before they were minified. */
export type BundleFile = {
  file: string;
  entry: string | null;
  bytes: number;
  imports: string[];
  sources: Record<string, number>;
};

const LOADER = '\0get-builtin-module';

/**
 * An import of one of Node's own modules makes Node read all that the module exports, which loads more modules: 2 ms of
 * CPU of a check's first call. So it becomes a module that takes what is used.
 */
const builtins: Plugin = {
  name: 'builtins',
  resolveId(id, from, { kind }) {
    if (id === LOADER) return LOADER;
    // The bundler's own part runs first of all, so it cannot wait for a module of ours.
    if (from?.startsWith('\0rolldown')) return null;
    return kind === 'import-statement' && id.startsWith('node:') && isBuiltin(id) ? `\0${id}` : null;
  },
  load(id) {
    // Once for all of them: the name is long.
    if (id === LOADER) return 'export const { getBuiltinModule } = process;';
    if (!id.startsWith('\0node:')) return null;
    const name = id.slice(1);
    const exported = Object.keys(process.getBuiltinModule(name) ?? {}).filter(isPlainName);
    return {
      code: [
        `import { getBuiltinModule as load } from '${LOADER}';`,
        `const builtin = /* @__PURE__ */ load('${name}');`,
        'export default builtin;',
        ...exported.map((one) => `export const ${one} = /* @__PURE__ */ (() => builtin.${one})();`),
      ].join('\n'),
      moduleSideEffects: false,
    };
  },
};

/** The function that makes the API's documents, from what the schemas say for them. */
const DOCUMENTS = join('functions', 'docs.ts');

/** Some modules export names that are words of the language, such as `default`. Nothing imports those by name. */
const isPlainName = (name: string): boolean =>
  /^(?!(?:default|delete|enum|import|new|with)$)[A-Za-z_$][\w$]*$/.test(name);

/**
 * The SDK is bundled, because Lambda's own copy starts slower and changes unasked. A file imported by `await import`
 * stays apart, and a container loads it when it first needs it. What it shares with the first file stays there.
 */
async function writeBundle({ entries, outdir, withMaps }: BundleOrder): Promise<BundleFile[]> {
  const bundle = await rolldown({
    input: entries,
    platform: 'node',
    plugins: [builtins, leanModules(Object.values(entries).includes(DOCUMENTS))],
    preserveEntrySignatures: 'allow-extension',
    // Without `module` first, packages that ship both come as CommonJS, of which nothing is left out.
    resolve: { mainFields: ['module', 'main'] },
    treeshake: { propertyReadSideEffects: false },
    // A constant that two files use would be written twice, and the list of public suffixes is one.
    optimization: { inlineConst: false },
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundle.write({
    dir: outdir,
    format: 'esm',
    minify: true,
    // Marks for bundlers, of which each takes 16 bytes.
    comments: { annotation: false },
    sourcemap: withMaps ? 'hidden' : false,
    sourcemapPathTransform: (source, map) => relative('.', join(dirname(map), source)),
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  const chunks = output.filter((one) => one.type === 'chunk');
  refuseCircles(chunks);
  return chunks.map(describe);
}

/** A file that the first one needs at once, and that needs the first one, would read what is not made yet. */
function refuseCircles(chunks: readonly OutputChunk[]): void {
  for (const { fileName: first, imports } of chunks.filter(({ isEntry }) => isEntry))
    for (const { fileName, imports: back } of chunks)
      if (imports.includes(fileName) && back.includes(first))
        throw new Error(`${first} and ${fileName} need each other`);
}

const describe = ({ fileName, code, imports, modules, facadeModuleId, isEntry }: OutputChunk): BundleFile => ({
  file: fileName,
  entry: isEntry && facadeModuleId !== null ? relative('.', facadeModuleId) : null,
  bytes: Buffer.byteLength(code),
  imports,
  sources: Object.fromEntries(
    Object.entries(modules).flatMap(([path, { renderedLength }]) =>
      renderedLength > 0 && !path.startsWith('\0') ? [[relative('.', path), renderedLength]] : [],
    ),
  ),
});

console.log(JSON.stringify(await writeBundle(JSON.parse(process.argv[2] ?? '') as BundleOrder)));
