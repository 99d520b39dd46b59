import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

const HELP = `Shows where the stack trace of a deployed function comes from.

  npm run trace -- FUNCTION < trace.txt    reads the maps of this commit (npm run source-maps), in source-maps/
  npm run trace -- FUNCTION --maps DIR     reads those of another commit, such as the artifact of its pipeline

Every position of the form /var/task/index.mjs:1:2345 becomes a file, a line and a column of the sources. The text may
be a line of the log, as it is.
`;

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { maps: { type: 'string', default: 'source-maps' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  const [name] = positionals;
  if (values.help === true || name === undefined) {
    console.log(HELP);
    return values.help === true ? 0 : 2;
  }
  const folder = join(values.maps, basename(name));
  if (!existsSync(folder)) {
    console.error(`There are no maps in ${folder}: npm run source-maps, or give --maps`);
    return 1;
  }
  process.stdout.write(translate(await text(process.stdin), folder));
  return 0;
}

/** Replaces every position that a map of the folder knows. */
function translate(trace: string, folder: string): string {
  return trace.replaceAll(/(?:file:\/\/)?[\w./-]*?([\w-]+\.mjs):(\d+):(\d+)/g, (whole, file: string, line, column) => {
    const map = join(folder, `${file}.map`);
    if (!existsSync(map)) return whole;
    const payload = JSON.parse(readFileSync(map, 'utf8')) as SourceMapPayload;
    // A stack trace counts from 1, a map from 0.
    const origin = new SourceMap(payload).findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in origin)) return whole;
    return `${origin.originalSource}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
  });
}

process.exitCode = await main(process.argv.slice(2));
