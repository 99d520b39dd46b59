import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import * as z from 'zod';
import { packFunction } from '../../infra/bundle.ts';

/** The bundles of the last release, as they were deployed: a file's text by its name, by the name of the function. */
const FILE = join(import.meta.dirname, 'last-release.json.br');
const Release = z.object({ version: z.string(), functions: z.record(z.string(), z.record(z.string(), z.string())) });

/** The functions that a canary runs in two versions. */
export const RECORDED = ['check-license', 'activate-license', 'deactivate-license'] as const;

/** Bundles this tree's functions, and keeps them as the last release. */
export function recordRelease(version: string, folder: string): void {
  const functions = RECORDED.map((name) => {
    const outdir = join(folder, name);
    packFunction(name, outdir);
    const files = readdirSync(outdir).map((file) => [file, readFileSync(join(outdir, file), 'utf8')] as const);
    return [name, Object.fromEntries(files)] as const;
  });
  writeFileSync(FILE, brotliCompressSync(JSON.stringify({ version, functions: Object.fromEntries(functions) })));
}

/** Calls a function of the last release in a process of its own, with the environment of this one. */
export type CallRecorded = (name: (typeof RECORDED)[number], event: object) => { status: number; body: unknown };

/** Unpacks the last release into a folder. */
export function openRecordedRelease(folder: string): { version: string; call: CallRecorded } {
  const { version, functions } = Release.parse(JSON.parse(brotliDecompressSync(readFileSync(FILE)).toString('utf8')));
  for (const [name, files] of Object.entries(functions)) {
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
  }
  const caller = join(import.meta.dirname, 'call-function.mjs');
  return {
    version,
    call(name, event) {
      const args = [caller, join(folder, name, 'index.mjs'), JSON.stringify(event)];
      // Jest gives a test an environment of its own, which a new process would not get.
      const answer = execFileSync(process.execPath, args, { encoding: 'utf8', env: process.env });
      const { statusCode, body } = JSON.parse(answer) as { statusCode: number; body: string };
      return { status: statusCode, body: JSON.parse(body) };
    },
  };
}
